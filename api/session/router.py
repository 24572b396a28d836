"""Signing in and out, and with which password."""

from datetime import timedelta

from fastapi import APIRouter, Response

from api.auth import COOKIE, AnySignIn, CurrentSignIn, TokenHash, hash_of, new_token
from api.context import Database, InContext, Now
from api.description import of_oneself, open_to_all
from api.problems import Problem, invalid, problems
from api.session.schemas import Credentials, NewSessionOut, PasswordChange, SessionOut
from db.live import announce_access
from db.users.sign_in import (
    close_session,
    close_sessions,
    find_sign_in,
    find_user_by_email,
    keep_password,
    open_session,
)

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
    if user is None or not right or not await keep_password(session, user):
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


@router.put(
    "/password",
    operation_id="changePassword",
    status_code=204,
    responses=problems(401, 403, 422, 429),
    openapi_extra=of_oneself("Everybody may change the own password."),
)
async def change_password(
    body: PasswordChange,
    sign_in: CurrentSignIn,
    token_hash: TokenHash,
    context: InContext,
    session: Database,
    now: Now,
) -> None:
    """Change your password. Your other sessions end, this one goes on.

    A wrong `current_password` counts as one at the sign-in: after some of them both have to wait.
    """
    user = sign_in.user
    context.throttle.check(user.email, now)
    right = await context.passwords.matches(body.current_password, user.password_hash)
    if not right or not await keep_password(session, user):
        context.throttle.failed(user.email, now)
        raise invalid(
            "current_password", "This is not your current password.", slug="wrong-password"
        )
    context.throttle.succeeded(user.email)
    user.password_hash = await context.passwords.hash(body.new_password)
    await session.flush()
    await close_sessions(session, user.id, but=token_hash)
    await announce_access(session, user.organisation_id, [user.id])


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
