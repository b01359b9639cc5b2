"""The console's style sheet, the one file its pages need."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

router = APIRouter(prefix="/console", include_in_schema=False)

_FILE = Path(__file__).parent / "console.css"


@router.get("/console.css")
async def style_sheet() -> FileResponse:
    """Send it; a browser that has it asks whether it changed."""
    return FileResponse(_FILE, media_type="text/css", headers={"Cache-Control": "no-cache"})
