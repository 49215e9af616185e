"""The command line: loket run, demo, migrate, doctor, staff ... (also: python -m bot)."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import commands

NOT_BUILT_YET = ("export", "backup", "restore", "purge")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; tells the exit code."""
    asked = parser().parse_args(arguments)
    return int(asked.do(asked))


def parser() -> argparse.ArgumentParser:
    loket = argparse.ArgumentParser(prog="loket", description="The front office of LPSE, on Telegram and WhatsApp.")
    those = loket.add_subparsers(required=True, metavar="COMMAND")

    run = those.add_parser("run", help="serve people, until Ctrl-C")
    run.set_defaults(do=commands.run)

    demo = those.add_parser("demo", help="try it here: a simulated Telegram, and Loket behind it")
    demo.add_argument("--play", metavar="NAME", help="play a written conversation and print it, without a browser")
    demo.add_argument("--clock", metavar="MOMENT", help="start at this moment, such as 2026-11-23T08:00:00+07:00")
    demo.add_argument("--port", type=int, default=8080, help="port of the page with the phones (8080)")
    demo.add_argument("--keep", action="store_true", help="go on with the cases of the last demo")
    demo.add_argument("--no-open", action="store_true", help="do not open a browser")
    demo.set_defaults(do=commands.demo)

    migrate = those.add_parser("migrate", help="bring the database to this version")
    migrate.set_defaults(do=commands.migrate)

    doctor = those.add_parser("doctor", help="check settings, office folder, database, documents and Telegram")
    doctor.set_defaults(do=commands.doctor)

    office = those.add_parser("office", help="what there is to do about the office's folder")
    what = office.add_subparsers(required=True, metavar="WHAT")
    check = what.add_parser("check", help="name every mistake in it, with file and line")
    check.add_argument("folder", nargs="?", type=Path, help="another folder than LOKET_OFFICE")
    check.set_defaults(do=commands.check_office)

    staff = those.add_parser("staff", help="who belongs to the office")
    what = staff.add_subparsers(required=True, metavar="WHAT")
    what.add_parser("list", help="everybody and their roles").set_defaults(do=commands.list_staff)
    appoint = what.add_parser("appoint", help="give somebody roles, or change them")
    appoint.add_argument("user_id", help="Telegram user id")
    appoint.add_argument("name")
    appoint.add_argument("roles", nargs="+", choices=commands.ROLES)
    appoint.set_defaults(do=commands.appoint)
    dismiss = what.add_parser("dismiss", help="take all roles away")
    dismiss.add_argument("user_id", help="Telegram user id")
    dismiss.set_defaults(do=commands.dismiss)

    whatsapp = those.add_parser("whatsapp", help="what there is to do about WhatsApp")
    what = whatsapp.add_subparsers(required=True, metavar="WHAT")
    missed = what.add_parser("catch-up", help="find what people wrote while Loket could not be reached")
    missed.add_argument("--hours", type=float, help="how far to look back (default: to the last look)")
    missed.set_defaults(do=commands.catch_up)
    templates = what.add_parser("templates", help="make the missing templates at Twilio, and list them")
    templates.set_defaults(do=commands.templates)

    for name in NOT_BUILT_YET:
        those.add_parser(name, help="not built yet").set_defaults(do=commands.not_built_yet, name=name)
    return loket


if __name__ == "__main__":
    sys.exit(main())
