"""What strangers and customers send along: counted and measured before it is kept."""

from odoo.http import request

MEGABYTE = 1_000_000
NAME_SIZE = 120


def read_files(field, max_files, max_megabytes):
    """Return the files of a form and what is wrong with them.

    Nothing larger than allowed is read into memory in full.

    :param str field: name of the input
    :param int max_files: how many there may be
    :param int max_megabytes: how large each may be
    :return: ``(files, error)``; files are pairs of name and content, without them the
        error is a sentence for the sender
    """
    uploads = [
        upload for upload in request.httprequest.files.getlist(field) if upload.filename
    ]
    if len(uploads) > max_files:
        return [], request.env._(
            "Please send %(count)s files at most; send the others as an answer later.",
            count=max_files,
        )
    files = []
    for upload in uploads:
        content = upload.read(max_megabytes * MEGABYTE + 1)
        if len(content) > max_megabytes * MEGABYTE:
            return [], request.env._(
                "“%(name)s” is larger than %(size)s MB. Please send a smaller one.",
                name=upload.filename[:NAME_SIZE],
                size=max_megabytes,
            )
        files.append((upload.filename[-NAME_SIZE:], content))
    return files, ""


def get_limit_text(max_files, max_megabytes):
    """Return the sentence below the input that says what may be sent along."""
    return request.env._(
        "Up to %(count)s files of %(size)s MB each.",
        count=max_files,
        size=max_megabytes,
    )
