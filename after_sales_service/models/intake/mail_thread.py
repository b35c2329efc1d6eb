import logging
import re

from odoo import api, models

_logger = logging.getLogger(__name__)

OURS = "after.sales."
# What Chinese mail programs call by an old name but fill with characters of the
# newer, larger set. Read by the larger one nothing is lost; all else reads the same.
LARGER_CHARSETS = {b"gb2312": b"gb18030", b"gbk": b"gb18030", b"big5": b"big5hkscs"}
# Where a mail names its character set: in encoded words of headers, and in the
# header of each part, which may be folded. Texts and files are left alone.
CHARSET = re.compile(
    rb"""(=\?|^content-type:(?:[^\r\n]|\r?\n[ \t])*?charset\s*=\s*["']?)"""
    rb"""(gb2312|gbk|big5)(?=[?"'\s;]|$)""",
    re.IGNORECASE | re.MULTILINE,
)
AUTO_PRECEDENCES = {"auto_reply", "auto-reply", "bulk", "junk", "list"}
AUTO_HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Auto-Response",
    "X-FC-MachineGenerated",
)


class MailThread(models.AbstractModel):
    """Mails that machines wrote make no ticket; mails in Chinese are read in full."""

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Read mails by the character sets they really use."""
        return super().message_process(
            model,
            self._widen_charsets(message),
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Let no automatic answer make a document of ours; in one it is a note."""
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        ours = [route for route in routes if route[0].startswith(OURS)]
        if not ours or not self._is_auto_answer(message):
            return routes
        _logger.info(
            "Nothing new for the automatic answer %s of %s",
            message_dict.get("message_id"),
            message_dict.get("email_from"),
        )
        # As a note it wakes nobody up: no clock stops and no customer gets it.
        message_dict["is_internal"] = True
        return [route for route in routes if route not in ours or route[1]]

    @api.model
    def _is_auto_answer(self, message):
        """Return whether a machine wrote the mail, by what its headers say (RFC 3834).

        What a machine reports by itself (``auto-generated``) is no answer: an alarm of
        a unit is a reason for a ticket.

        :param message: an ``email.message.EmailMessage``
        """
        submitted = str(message.get("Auto-Submitted") or "").strip().lower()
        precedence = str(message.get("Precedence") or "").strip().lower()
        return (
            submitted.startswith(("auto-replied", "auto-notified"))
            or precedence in AUTO_PRECEDENCES
            or any(message.get(name) for name in AUTO_HEADERS)
        )

    @api.model
    def _widen_charsets(self, message):
        """Return the mail with the larger of each pair of Chinese character sets.

        :param message: text, bytes or what XML-RPC makes of bytes
        """
        if isinstance(message, str):
            message = message.encode()
        data = getattr(message, "data", message)
        return CHARSET.sub(
            lambda found: found[1] + LARGER_CHARSETS[found[2].lower()], bytes(data)
        )
