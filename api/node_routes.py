"""The routes of a node: snapshot, list file, overlay, events, poll (contracts.node_api)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from api.entity_tag import etag_header, is_known
from api.errors import ForbiddenError
from api.identity import TheContext, TheNode
from api.list_file_response import ListFileResponse
from api.node_events import report
from api.node_poll import NodePolls
from contracts.errors import NotFoundError
from contracts.node_api import EventBatch, EventReceipt, Overlay, PollReply, PollRequest, Snapshot

router = APIRouter(prefix="/node", tags=["node"])


@router.get("/snapshot", operation_id="read_snapshot", response_model=Snapshot)
def read_snapshot(
    node: TheNode, context: TheContext, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """Return the list file's name, enrolments, phrasebook, policy; 304 for a known one (RFC 9110 13.1.2)."""
    del node  # Any node may read; the token has been checked.
    version = context.snapshots.version()
    if is_known(if_none_match, version):
        return Response(status_code=304, headers=etag_header(version))
    whole = context.snapshots.current()
    return Response(whole.body, media_type="application/json", headers=etag_header(whole.version))


@router.get(
    "/lists/{sha256}", operation_id="read_list_file", response_class=ListFileResponse, status_code=200
)
def read_list_file(
    sha256: str, node: TheNode, context: TheContext, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """Return a list file or, for one whose transfer broke off, the rest of it (RFC 9110 section 14).

    Raises:
        NotFoundError: there is no such file any more; says which one is in force.
    """
    del node  # Any node may read; the token has been checked.
    path = context.list_files.path_of(sha256)
    if path is None:
        current = context.list_files.current().sha256
        raise NotFoundError(f"list file {sha256[:64]} is not here; the one in force is {current}")
    if is_known(if_none_match, sha256):
        return Response(status_code=304, headers=etag_header(sha256))
    return ListFileResponse(path, sha256)


@router.get("/overlay", operation_id="read_overlay", response_model=Overlay)
def read_overlay(
    node: TheNode, context: TheContext, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """Return what changes too fast for the list file; 304 for a known version (RFC 9110 13.1.2)."""
    del node  # Any node may read; the token has been checked.
    encoded = context.overlays.encoded()
    version = encoded.overlay.version
    if is_known(if_none_match, version):
        return Response(status_code=304, headers=etag_header(version))
    return Response(encoded.body, media_type="application/json", headers=etag_header(version))


@router.post("/events", operation_id="report_events")
async def report_events(batch: EventBatch, node: TheNode, context: TheContext) -> EventReceipt:
    """Take a batch of facts and pass live lines on; repeated ids are no-ops.

    Where one fact cannot be taken, those before it stay taken and those after it wait for the repetition.
    """
    _check_name(batch.node, node)
    return await report(context, batch, node)


@router.post("/poll", operation_id="poll_work")
async def poll_work(request: Request, wanted: PollRequest, node: TheNode) -> PollReply:
    """Wait for warning calls to place and orders for live calls; answers empty after `poll_seconds`."""
    _check_name(wanted.node, node)
    polls = request.app.state.polls
    assert isinstance(polls, NodePolls)  # noqa: S101 (set when the application is made)
    return await polls.answer(wanted, node, request.receive)


def _check_name(claimed: str, node: str) -> None:
    if claimed != node:
        raise ForbiddenError(
            f"the token belongs to node {node!r}, the message says {claimed!r}; give each node its own token"
        )
