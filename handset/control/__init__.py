"""How do a script and the handset's own page steer it? `/handset/…`, which no provider has.

No credentials are asked for: whoever reaches the handset may play every customer.
"""

from fastapi import APIRouter

from handset.control import accounts, state, texts
from handset.control.inputs import TheExchange

router = APIRouter(prefix="/handset", tags=["handset"])
router.include_router(accounts.router)
router.include_router(texts.router)
router.include_router(state.router)


@router.delete("", status_code=204, operation_id="reset")
async def reset(exchange: TheExchange) -> None:
    """Forget everything, for tests."""
    exchange.reset()
