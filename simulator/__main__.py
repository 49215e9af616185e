"""Starts the simulator from the command line: python -m simulator."""

import argparse
import asyncio
import signal

from simulator.scene import EXAMPLE, read_scene
from simulator.simulator import TOKEN, Simulator
from simulator.twilio.account import ACCOUNT_SID, AUTH_TOKEN, SENDER, TwilioSettings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this machine only by default)")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--token", default=TOKEN, help="the bot's token")
    parser.add_argument("--clock-url", help="address of the program that keeps the clock of the demo")
    parser.add_argument("--scene", help="JSON file that says who is there")
    parser.add_argument("--spec", help="JSON description of the Bot API, to check each call against")
    twilio = parser.add_argument_group("Twilio, for WhatsApp")
    twilio.add_argument("--twilio-account-sid", default=ACCOUNT_SID, help="the number of the account, AC...")
    twilio.add_argument("--twilio-auth-token", default=AUTH_TOKEN, help="its secret")
    twilio.add_argument("--twilio-from", default=SENDER, help="the office's number, whatsapp:+62...")
    twilio.add_argument("--twilio-webhook", metavar="URL", help="where the bot hears of messages")
    twilio.add_argument("--twilio-specs", metavar="FOLDER", help="descriptions of Twilio's API, to check calls against")
    asyncio.run(run(parser.parse_args()))


async def run(options: argparse.Namespace) -> None:
    scene = read_scene(options.scene) if options.scene else EXAMPLE
    twilio = TwilioSettings(
        account_sid=options.twilio_account_sid,
        auth_token=options.twilio_auth_token,
        sender=options.twilio_from,
        webhook_url=options.twilio_webhook,
        specs=options.twilio_specs,
    )
    simulator = Simulator(options.token, spec=options.spec, scene=scene, clock_url=options.clock_url, twilio=twilio)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with simulator.serving(options.host, options.port):
        print(f"The phones are at {simulator.url}/ ; the Bot API is at {simulator.url}/bot", flush=True)
        print(f"Twilio is at {simulator.url} ; account {options.twilio_account_sid}, {options.twilio_from}", flush=True)
        await stopped.wait()


if __name__ == "__main__":
    main()
