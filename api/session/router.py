"""Signing in and out."""

from datetime import timedelta

from fastapi import APIRouter, Response

from api.auth import COOKIE, CurrentSignIn, TokenHash, hash_of, new_token
from api.context import Database, InContext, Now
from api.problems import Problem, problems
from api.session.schemas import Credentials, NewSessionOut, OrganisationOut, SessionOut, UserOut
from db.users.queries import close_session, find_user_by_email, open_session

router = APIRouter(prefix="/session", tags=["session"])


@router.post("", operation_id="createSession", status_code=201, responses=problems(401, 422, 429))
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
    found = await find_user_by_email(session, email)
    right = await context.passwords.matches(
        body.password, found[0].password_hash if found else None
    )
    if found is None or not right:
        context.throttle.failed(email, now)
        raise Problem(401, "wrong-credentials", "This e-mail address and password do not match.")
    context.throttle.succeeded(email)
    user, organisation = found
    token = new_token()
    expires_at = now + timedelta(seconds=context.settings.session_seconds)
    await open_session(session, user.id, token_hash=hash_of(token), now=now, expires_at=expires_at)
    response.set_cookie(
        COOKIE,
        token,
        max_age=context.settings.session_seconds,
        httponly=True,
        samesite="lax",
        secure=context.settings.callback_url.startswith("https:"),
    )
    return NewSessionOut(
        token=token,
        user=UserOut.model_validate(user),
        organisation=OrganisationOut.model_validate(organisation),
        expires_at=expires_at,
    )


@router.get("", operation_id="getSession", responses=problems(401))
async def get_session(sign_in: CurrentSignIn) -> SessionOut:
    """Say who is signed in."""
    return SessionOut.of(sign_in)


@router.delete("", operation_id="deleteSession", status_code=204, responses=problems(401))
async def delete_session(response: Response, token_hash: TokenHash, session: Database) -> None:
    """Sign out. The token is worthless from now on."""
    await close_session(session, token_hash)
    response.delete_cookie(COOKIE)
