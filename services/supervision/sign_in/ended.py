"""Ended: where a browser goes on whose session has ended, and what it is told there."""

from __future__ import annotations

from functools import partial

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from shared.kit.language import Text
from shared.kit.web.done import Done
from shared.kit.web.way_back import telling
from shared.town.web.web import Web

_OUT = Text("您已在所有地方退出。", "You are signed out everywhere.")
_PASSWORD_CHANGED = Text(
    "密码已改，请重新登录。", "The password is changed; sign in with the new one."
)


def out(web: Web) -> Response:
    """Go on after all sessions were ended."""
    return _ended(web, _OUT)


def password_changed(web: Web) -> Response:
    """Go on after the password was changed."""
    return _ended(web, _PASSWORD_CHANGED)


def _ended(web: Web, said: Text) -> Response:
    """Tell it to nobody: whoever comes there is not signed in any more."""
    nobody = partial(web.gate.signature, None)
    return redirect(telling("/sign-in?stays=true", Done(str(said)), nobody, web.work.now()), 303)
