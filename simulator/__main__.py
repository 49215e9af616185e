"""Starts the simulator from the command line: python -m simulator."""

import argparse
import asyncio
import signal

from simulator.scene import EXAMPLE, read_scene
from simulator.simulator import TOKEN, Simulator


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this machine only by default)")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--token", default=TOKEN, help="the bot's token")
    parser.add_argument("--clock-url", help="address of the program that keeps the clock of the demo")
    parser.add_argument("--scene", help="JSON file that says who is there")
    parser.add_argument("--spec", help="JSON description of the Bot API, to check each call against")
    asyncio.run(run(parser.parse_args()))


async def run(options: argparse.Namespace) -> None:
    scene = read_scene(options.scene) if options.scene else EXAMPLE
    simulator = Simulator(options.token, spec=options.spec, scene=scene, clock_url=options.clock_url)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with simulator.serving(options.host, options.port):
        print(f"The phones are at {simulator.url}/ ; the Bot API is at {simulator.url}/bot", flush=True)
        await stopped.wait()


if __name__ == "__main__":
    main()
