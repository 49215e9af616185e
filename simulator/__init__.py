"""A local Telegram and Twilio over real HTTP, and the page that shows the phones of those who talk to the bot."""

from simulator.chats import Chat
from simulator.messages import Button, File, Message, Tap, Toast
from simulator.people import Person, Phone
from simulator.scene import Scene, read_scene
from simulator.simulator import TOKEN, Simulator
from simulator.twilio import Twilio, WhatsAppPerson
from simulator.twilio.account import TwilioSettings

__all__ = [
    "TOKEN",
    "Button",
    "Chat",
    "File",
    "Message",
    "Person",
    "Phone",
    "Scene",
    "Simulator",
    "Tap",
    "Toast",
    "Twilio",
    "TwilioSettings",
    "WhatsAppPerson",
    "read_scene",
]
