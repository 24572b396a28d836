"""Comparisons of our texts with the providers' own lists: asked for by hand, and what all of them found."""

from uuid import UUID

from fastapi import APIRouter

from api.context import Database, InContext, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.pages import AskedPage, Page, page_of
from api.problems import not_found, problems
from api.provider_accounts.access import MayReadSettings, MayWrite, find
from api.reconciliations.schemas import AskedReconciliation, ReconciliationOut
from db.reconciliation import queries
from domain.notices import StartReconciliation, reconciliation_workflow_id

router = APIRouter(
    prefix="/provider-accounts/{account_id}",
    tags=["provider accounts"],
    route_class=IdempotentRoute,
)


@router.post(
    "/reconcile",
    operation_id="reconcileProviderAccount",
    status_code=202,
    responses=problems(401, 403, 404, 422),
    dependencies=[Idempotent],
)
async def reconcile(
    account_id: UUID,
    actor: MayWrite,
    context: InContext,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    body: AskedReconciliation | None = None,
) -> ReconciliationOut:
    """Compare our texts with the provider's list now, and adopt what never reached us."""
    account = await find(session, actor, account_id)
    days = (body and body.days) or context.settings.reconcile_days
    begun = await queries.begin(session, account, days=days, now=now)
    notice = StartReconciliation(
        workflow_id=reconciliation_workflow_id(begun.id), reconciliation_id=begun.id
    )
    await outbox.add(actor.organisation_id, [notice])
    return ReconciliationOut.model_validate(begun)


@router.get(
    "/reconciliations",
    operation_id="listReconciliations",
    responses=problems(401, 403, 404, 422),
)
async def list_reconciliations(
    account_id: UUID, actor: MayReadSettings, session: Database, page: AskedPage
) -> Page[ReconciliationOut]:
    """List the account's comparisons, the youngest first."""
    account = await find(session, actor, account_id)
    found = await queries.list_reconciliations(session, account.id, page)
    return page_of(found, ReconciliationOut.model_validate)


@router.get(
    "/reconciliations/{reconciliation_id}",
    operation_id="getReconciliation",
    responses=problems(401, 403, 404, 422),
)
async def get_reconciliation(
    account_id: UUID, reconciliation_id: UUID, actor: MayReadSettings, session: Database
) -> ReconciliationOut:
    """Show one comparison, under way or finished."""
    account = await find(session, actor, account_id)
    found = await queries.find_reconciliation(session, account.id, reconciliation_id)
    if found is None:
        raise not_found("reconciliation")
    return ReconciliationOut.model_validate(found)
