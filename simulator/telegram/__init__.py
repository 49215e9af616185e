"""Telegram as a bot sees it: the Bot API, the updates it hands out and the mistakes it refuses."""
