"""Signing in and out."""

from datetime import timedelta

from fastapi import APIRouter, Response

from api.auth import COOKIE, AnySignIn, TokenHash, hash_of, new_token
from api.context import Database, InContext, Now
from api.description import of_oneself, open_to_all
from api.problems import Problem, problems
from api.session.schemas import Credentials, NewSessionOut, SessionOut
from db.users.sign_in import close_session, find_sign_in, find_user_by_email, open_session

router = APIRouter(prefix="/session", tags=["session"])


@router.post(
    "",
    operation_id="createSession",
    status_code=201,
    responses=problems(401, 422, 429),
    openapi_extra=open_to_all("Who signs in has no session yet."),
)
async def create_session(
    response: Response,
    body: Credentials,
    context: InContext,
    session: Database,
    now: Now,
) -> NewSessionOut:
    """Sign in. Unknown address and wrong password are not told apart, by words or by time."""
    email = body.email.strip().lower()
    context.throttle.check(email, now)
    user = await find_user_by_email(session, email)
    right = await context.passwords.matches(body.password, user.password_hash if user else None)
    if user is None or not right:
        context.throttle.failed(email, now)
        raise Problem(401, "wrong-credentials", "This e-mail address and password do not match.")
    context.throttle.succeeded(email)
    token = new_token()
    expires_at = now + timedelta(seconds=context.settings.session_seconds)
    await open_session(session, user.id, token_hash=hash_of(token), expires_at=expires_at)
    sign_in = await find_sign_in(session, hash_of(token), now=now)
    assert sign_in is not None  # noqa: S101 - it has just been stored
    response.set_cookie(
        COOKIE,
        token,
        max_age=context.settings.session_seconds,
        httponly=True,
        samesite="lax",
        secure=context.settings.callback_url.startswith("https:"),
    )
    return NewSessionOut(token=token, **dict(SessionOut.of(sign_in)))


@router.get(
    "",
    operation_id="getSession",
    responses=problems(401),
    openapi_extra=of_oneself("It tells who asks, and what that person may do."),
)
async def get_session(sign_in: AnySignIn) -> SessionOut:
    """Say who is signed in."""
    return SessionOut.of(sign_in)


@router.delete(
    "",
    operation_id="deleteSession",
    status_code=204,
    responses=problems(401),
    openapi_extra=of_oneself("Everybody may sign out."),
)
async def delete_session(response: Response, token_hash: TokenHash, session: Database) -> None:
    """Sign out. The token is worthless from now on."""
    await close_session(session, token_hash)
    response.delete_cookie(COOKIE)
