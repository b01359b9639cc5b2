"""`changmao api`: the control plane's process."""

from __future__ import annotations

from typing import Annotated

import structlog
import typer

from api.app import create_app
from api.server import ApiServer
from changmao.commands.opening import open_settings
from changmao.first_start import make_data_folder
from changmao.ports import api_port
from changmao.stop_signals import end_quietly
from store.engine import open_engine
from store.unit_of_work import SqlStore

app = typer.Typer()


@app.command()
def api(
    due_work: Annotated[bool, typer.Option(help="Run the due-work loop inside this process.")] = True,
) -> None:
    """Run the control plane: API and console. Any number of them may share one PostgreSQL.

    Example: CHANGMAO_DATABASE_URL_FILE=/run/secrets/db changmao api
    """
    settings = open_settings()
    make_data_folder(settings)
    engine = open_engine(settings.database)
    chosen = settings.api.model_copy(update={"due_work": due_work and settings.api.due_work})
    with api_port(settings).bind() as listening:
        application = create_app(SqlStore(engine), chosen)
        host, port = listening.getsockname()[:2]
        structlog.get_logger().info("api_listens", host=host, port=port)
        end_quietly()
        ApiServer(application, chosen).run(sockets=[listening])
    engine.dispose()
