"""Written conversations that can be played through the whole of Loket: a module each, with `async def play(stage)`."""
