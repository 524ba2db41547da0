# SPDX-License-Identifier: Apache-2.0
"""The Bot API over synchronous HTTP: the methods that a support channel needs, and honest outcomes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from dialog_telegram.outcomes import Answer, ApiError, NotSent, Outcome, Unknown
from dialog_telegram.redact import guard_loggers, redact
from dialog_telegram.settings import Account
from dialog_telegram.texts import storable, whole_characters

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
MAX_DOWNLOAD = 20 * 2**20
"""What getFile gives out, bytes."""
MAX_UPLOAD = 50 * 2**20
TIMEOUT = httpx.Timeout(connect=10.0, read=20.0, write=20.0, pool=5.0)
# None of these leaves a whole request behind, so the Bot API cannot have carried it out.
_NEVER_WRITTEN = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.WriteTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart request; `field` is the name of its part."""

    field: str
    name: str
    media_type: str
    content: bytes


class BotApi:
    """One bot's methods. `http` comes from the platform, which allows only the hosts that the administrator does."""

    def __init__(self, http: httpx.Client, account: Account) -> None:
        guard_loggers()
        self._http = http
        self._base = account.base_url
        self._token = account.token

    def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        uploads: Sequence[Upload] = (),
        timeout: httpx.Timeout = TIMEOUT,
    ) -> Outcome:
        """Call a method; parameters that are None are left out. Never raises for what the network does."""
        values = {key: value for key, value in (parameters or {}).items() if value is not None}
        url = f"{self._base}/bot{self._token}/{method}"
        try:
            if uploads:
                response = self._http.post(url, data=_form(values), files=_parts(uploads), timeout=timeout)
            else:
                response = self._http.post(url, json=_whole(values), timeout=timeout)
        except _NEVER_WRITTEN as error:
            return NotSent(_reason(error))
        except (httpx.TransportError, httpx.DecodingError) as error:
            return Unknown(_reason(error))
        except httpx.RequestError as error:
            # The platform's own refusal of an address; the rest of httpx's errors is above.
            return NotSent(_reason(error))
        return read_response(response.status_code, response.content, response.headers.get("Retry-After"))

    def get_me(self) -> Outcome:
        """Ask who the bot is; proves the token."""
        return self.call("getMe")

    def get_updates(self, *, offset: int | None, seconds: int) -> Outcome:
        """Wait up to `seconds` for updates; `offset` confirms all before it."""
        waiting = httpx.Timeout(connect=10.0, read=seconds + 15.0, write=20.0, pool=5.0)
        parameters = {"offset": offset, "timeout": seconds, "limit": 100, "allowed_updates": ALLOWED_UPDATES}
        return self.call("getUpdates", parameters, timeout=waiting)

    def set_webhook(self, *, url: str, secret: str) -> Outcome:
        """Let Telegram call `url` with `secret` in a header."""
        return self.call("setWebhook", {"url": url, "secret_token": secret, "allowed_updates": ALLOWED_UPDATES})

    def delete_webhook(self) -> Outcome:
        """End the web hook; what waits stays and is polled."""
        return self.call("deleteWebhook", {"drop_pending_updates": False})

    def get_webhook_info(self) -> Outcome:
        """Ask how the web hook goes."""
        return self.call("getWebhookInfo")

    def send_message(self, parameters: Mapping[str, Any]) -> Outcome:
        """Send a text."""
        return self.call("sendMessage", parameters)

    def send_photo(self, parameters: Mapping[str, Any], upload: Upload) -> Outcome:
        """Send a picture that is shown in the chat; its part is named `photo`."""
        return self.call("sendPhoto", parameters, uploads=[upload])

    def send_document(self, parameters: Mapping[str, Any], upload: Upload) -> Outcome:
        """Send a file as it is; its part is named `document`."""
        return self.call("sendDocument", parameters, uploads=[upload])

    def send_media_group(self, parameters: Mapping[str, Any], uploads: Sequence[Upload]) -> Outcome:
        """Send 2 to 10 files as one album, in one request."""
        return self.call("sendMediaGroup", parameters, uploads=uploads)

    def edit_message_reply_markup(self, parameters: Mapping[str, Any]) -> Outcome:
        """Change the buttons of a message; without `reply_markup` they go."""
        return self.call("editMessageReplyMarkup", parameters)

    def answer_callback_query(self, *, query: str, text: str, alert: bool) -> Outcome:
        """Answer a press; the text has at most 200 characters."""
        return self.call("answerCallbackQuery", {"callback_query_id": query, "text": text, "show_alert": alert})

    def get_file(self, file_id: str) -> Outcome:
        """Ask where a file can be downloaded, within the hour."""
        return self.call("getFile", {"file_id": file_id})

    def get_chat_member(self, *, chat: str, user: int) -> Outcome:
        """Ask what somebody (or the bot itself) is in a chat."""
        return self.call("getChatMember", {"chat_id": chat, "user_id": user})

    def set_my_commands(self, commands: Sequence[Mapping[str, str]], language: str) -> Outcome:
        """Set the menu of commands for a language; an empty language is everybody else's."""
        return self.call("setMyCommands", {"commands": commands, "language_code": language or None})

    def download(self, path: str) -> bytes | Outcome:
        """Fetch the content behind a `file_path`.

        Returns:
            The content, or why it cannot be had; `ApiError` with code 413 when it exceeds `MAX_DOWNLOAD`.
        """
        url = f"{self._base}/file/bot{self._token}/{quote(path.lstrip('/'))}"
        try:
            with self._http.stream("GET", url, timeout=TIMEOUT) as response:
                if response.status_code != 200:
                    return ApiError(response.status_code, response.reason_phrase)
                content = bytearray()
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > MAX_DOWNLOAD:
                        return ApiError(413, "file is too big")
        except httpx.HTTPError as error:
            return NotSent(_reason(error))
        return bytes(content)


def read_response(status: int, body: bytes, retry_header: str | None = None) -> Outcome:
    """Understand a response, the Bot API's own or that of something in between."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        envelope = None
    if not isinstance(envelope, dict) or not isinstance(envelope.get("ok"), bool):
        # A gateway that gave up waiting has passed the request on; any other page means that it was not carried out.
        if status < 300 or status == 504:
            return Unknown(f"the answer with status {status} is not the Bot API's")
        return ApiError(status, "the answer is not the Bot API's", retry_after=_seconds(retry_header))
    if envelope["ok"]:
        return Answer(storable(envelope.get("result")))
    code = envelope.get("error_code")
    parameters = envelope.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    moved = parameters.get("migrate_to_chat_id")
    return ApiError(
        code=code if isinstance(code, int) and not isinstance(code, bool) else status,
        description=redact(str(envelope.get("description") or ""))[:300],
        retry_after=_seconds(parameters.get("retry_after", retry_header)),
        migrate_to=str(moved) if isinstance(moved, int) and not isinstance(moved, bool) else None,
    )


def _seconds(value: Any) -> float | None:
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return min(seconds, 86_400.0) if seconds >= 0 else None


def _reason(error: httpx.HTTPError) -> str:
    # The text of httpx's errors has no address in it, but a platform's own transport may word it differently.
    return redact(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)[:200]


def _whole(value: Any) -> Any:
    """Make every text encodable; a lone surrogate from anywhere would fail the request."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, Mapping):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value


def _form(values: Mapping[str, Any]) -> dict[str, str]:
    # Form fields are texts: numbers and objects go as JSON.
    whole = _whole(values)
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in whole.items()}


def _parts(uploads: Sequence[Upload]) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [(item.field, (whole_characters(item.name) or "file", item.content, item.media_type)) for item in uploads]
