"""Twilio for WhatsApp as a bot sees it: the Messages and Content API, webhooks, media and the 24-hour window."""

from simulator.twilio.account import Twilio
from simulator.twilio.people import WhatsAppPerson

__all__ = ["Twilio", "WhatsAppPerson"]
