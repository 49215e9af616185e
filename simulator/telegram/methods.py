"""Every method of the Bot API that the simulator plays, by name."""

from collections.abc import Awaitable, Callable
from typing import Any

from simulator.telegram import about, editing, receiving, sending
from simulator.telegram.calls import Call
from simulator.telegram.messenger import Telegram

Method = Callable[[Telegram, Call], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    "getMe": about.get_me,
    "getFile": about.get_file,
    "getChat": about.get_chat,
    "getChatMember": about.get_chat_member,
    "getChatAdministrators": about.get_chat_administrators,
    "getChatMemberCount": about.get_chat_member_count,
    "leaveChat": about.leave_chat,
    "setMyCommands": about.set_my_commands,
    "getMyCommands": about.get_my_commands,
    "deleteMyCommands": about.delete_my_commands,
    "setMyName": about.set_my_name,
    "getMyName": about.get_my_name,
    "setMyDescription": about.accept,
    "setMyShortDescription": about.accept,
    "setChatMenuButton": about.accept,
    "setMessageReaction": about.accept,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "sendPhoto": sending.send_photo,
    "sendMediaGroup": sending.send_media_group,
    "sendChatAction": sending.send_chat_action,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": editing.answer_callback_query,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
}
# Telegram does not mind how a method's name is written.
BY_LOWER_NAME = {name.lower(): (name, method) for name, method in METHODS.items()}
