"""The program: its commands, and what becomes of errors (one line each, an exit code, never a traceback)."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated, Any

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins costs a tenth of the start
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's threads for linear algebra, of which there is next to none

import typer
from typer.core import TyperGroup

from coprod_budget.errors import ExitCode, ProblemsError

_MEANT: tuple[type[Exception], ...] = (
    typer.Exit,
    typer.Abort,
    *(c for c in typer.BadParameter.__mro__ if issubclass(c, Exception) and c is not Exception),
)


class Program(TyperGroup):
    """The group of commands; turns exceptions into messages and exit codes."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        from coprod_budget.cli.output import complain, silence, tell

        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except _MEANT:
            raise
        except ProblemsError as error:
            complain(error.problems)
            raise typer.Exit(int(error.exit_code)) from None
        except BrokenPipeError:
            silence()
            raise typer.Exit(ExitCode.DONE) from None
        except OSError as error:
            tell(f"cannot write: {error.strerror or error}")
            silence()
            raise typer.Exit(ExitCode.USAGE) from None
        except Exception as error:
            if os.environ.get("COPROD_BUDGET_DEBUG") == "1":
                raise
            what = " ".join(str(error).split())[:200]
            tell(
                f"This is a mistake of the program, not yours: {type(error).__name__}: {what}. Please report it "
                "(COPROD_BUDGET_DEBUG=1 shows where it happened)."
            )
            raise typer.Exit(ExitCode.BUG) from None
        return result


app = typer.Typer(
    name="coprod-budget",
    cls=Program,
    help="Estimate an international film co-production from one file: city-by-city budget, split, revenue, and what each party "
    "gets back.",
    rich_markup_mode=None,  # plain help: shorter to load, and the same in a pipe
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from coprod_budget import __version__
        from coprod_budget.catalog import open_catalog

        typer.echo(f"coprod-budget {__version__}, data to {open_catalog().newest_month()}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _begin(
    ctx: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version of program and data, and stop."
        ),
    ] = False,
) -> None:
    del version
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def _add_commands() -> None:
    from coprod_budget.cli import check, data, estimate, explain, init, optimise, sensitivity, simulate, solve, whatif

    app.command("estimate")(estimate.estimate)
    app.command("check")(check.check)
    app.command("explain")(explain.explain)
    app.command("optimise")(optimise.optimise)
    app.command("sensitivity")(sensitivity.sensitivity)
    app.command("simulate")(simulate.simulate)
    app.command("solve")(solve.solve)
    app.command("whatif")(whatif.whatif)
    app.add_typer(data.app, name="data")
    app.command("init")(init.init)


_add_commands()


def run() -> None:
    """Run the program (the entry point of ``coprod-budget``)."""
    gc.disable()  # one short run builds some ten thousand objects that all live to its end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows ? instead of stopping
    try:
        app(prog_name="coprod-budget")
    finally:
        gc.freeze()  # else the interpreter looks through all of them once more before it ends
