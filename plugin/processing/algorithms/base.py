"""Base class of all algorithms: connection, error message, cancelling and progress."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from traceback import clear_frames
from typing import Any, ClassVar, TypeVar

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProject,
)
from qgis.PyQt.QtGui import QIcon

from ...host import dependencies
from ...host.i18n import translate
from ...host.redaction import hide
from ..access import Access
from ..errors import InputRefused
from ..redacting import RedactingFeedback
from ..work import Stopped, Work, run
from .lists import offer_list

_T = TypeVar("_T")
_ICONS = Path(__file__).resolve().parents[3] / "resources" / "icons"
_log = logging.getLogger(__name__)


class PixxelAlgorithm(QgsProcessingAlgorithm):
    """An algorithm that sends requests to the server. Subclasses declare parameters and implement ``execute``.

    One that needs no server overrides ``prepare`` and names its packages in ``NEEDED``.
    """

    ID: ClassVar[str]
    GROUP: ClassVar[str]
    TAGS: ClassVar[tuple[str, ...]] = ()
    ICON: ClassVar[str] = "pixxel"
    NEEDED: ClassVar[tuple[str, ...]] = ("httpx", "pydantic")
    WRITES: ClassVar[bool] = False  # it writes to the server, so a NULL is never read as "left out"

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access
        self._make_client: Callable[[], Any] | None = None
        self._connection = ""
        self._project_number: int | None = None

    def tr(self, text: str) -> str:
        """Return a text in the language of QGIS."""
        return translate(type(self).__name__, text)

    def title(self) -> str:
        """Return the name people see."""
        raise NotImplementedError

    def help(self) -> str:
        """Return the help text of the algorithm, a few sentences."""
        raise NotImplementedError

    def prepare(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """Find the connection, on the main thread, where settings and keys live."""
        self._make_client = self._access.prepare()
        self._connection = self._access.connection_name()

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Do the work; any error becomes one sentence."""
        raise NotImplementedError

    def finish(self, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        """Put the results into the project by ``in_project``; a model may call this in another thread."""

    def in_project(self, act: Callable[[], None]) -> None:
        """Run a function that changes the project, in the main thread; from another thread it is run later."""
        opened = self._access.open_project
        if opened is None or self._project_number is None:
            act()
        else:
            opened.run_in(self._project_number, act)

    def _note_project(self, context: QgsProcessingContext) -> None:
        """Note which project is open, where the run is about QGIS's own one."""
        opened = self._access.open_project
        is_own = opened is not None and context.project() is QgsProject.instance()
        self._project_number = opened.number if opened is not None and is_own else None

    def _was_closed(self) -> bool:
        """Return whether the project in which the run began was closed since."""
        opened = self._access.open_project
        return opened is not None and self._project_number not in (None, opened.number)

    def ask(self, work: Work[_T], feedback: QgsProcessingFeedback) -> _T:
        """Run ``work(client, report)`` against the server and return its result."""
        if self._make_client is None:
            raise RuntimeError("prepareAlgorithm comes first")
        return run(self._make_client, work, feedback)

    def warn_of_unconfirmed(self, feedback: QgsProcessingFeedback) -> Callable[[str], None]:
        """Return a function that warns that a resource was created though its creation was not confirmed."""

        def warn(name: str) -> None:
            from ...messages.outcome_sentences import created_text

            feedback.pushWarning(created_text(name))

        return warn

    # QGIS's names from here on

    def addParameter(self, definition: QgsProcessingParameterDefinition, createOutput: bool = True) -> bool:  # noqa: N802, N803
        """Add a parameter, with a list to choose from where there is one for its name."""
        offer_list(definition, self._access.chooser)
        return bool(super().addParameter(definition, createOutput))

    def createInstance(self) -> PixxelAlgorithm:  # noqa: N802
        """Return a fresh copy for one run."""
        return type(self)(self._access)

    def name(self) -> str:
        """Return the id within the provider."""
        return self.ID

    def displayName(self) -> str:  # noqa: N802
        """Return the name people see."""
        return self.title()

    def group(self) -> str:
        """Return the group's name people see."""
        names: dict[str, str] = {
            "catalogue": translate("PixxelAlgorithm", "Catalogue"),
            "images": translate("PixxelAlgorithm", "Images"),
            "legends": translate("PixxelAlgorithm", "Legends"),
            "creation": translate("PixxelAlgorithm", "Creation"),
            "styles": translate("PixxelAlgorithm", "Styles"),
        }
        return names[self.GROUP]

    def groupId(self) -> str:  # noqa: N802
        """Return the group's id."""
        return self.GROUP

    def tags(self) -> list[str]:
        """Return words to find the algorithm by."""
        return ["pixxel", *self.TAGS]

    def icon(self) -> QIcon:
        """Return the icon."""
        return QIcon(str(_ICONS / f"{self.ICON}.svg"))

    def shortHelpString(self) -> str:  # noqa: N802
        """Return the help text of the algorithm."""
        return self.help()

    def canExecute(self) -> tuple[bool, str]:  # noqa: N802
        """Return whether the required packages can be used, and the message with the reason if not."""
        from ...messages.explanation import explain

        obstacle = dependencies.obstacle(self.NEEDED)
        return (True, "") if obstacle is None else (False, explain(obstacle).text)

    def checkParameterValues(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Return whether QGIS accepts the values, and the reason if not; numpy numbers are accepted."""
        from .plain_values import plain

        ok, text = super().checkParameterValues({name: plain(value) for name, value in parameters.items()}, context)
        return bool(ok), str(text)

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Get ready on the main thread; scripts come here without asking ``canExecute``."""
        try:
            obstacle = dependencies.obstacle(self.NEEDED)
            if obstacle is not None:
                raise obstacle
            self._note_project(context)
            self.prepare(parameters, context)
            return True
        except Exception as error:  # noqa: BLE001 (the border to QGIS; logged)
            failure = self._failure(error, feedback)
        del parameters, context, feedback  # see _failure
        raise failure

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Do the work in the background thread."""
        try:
            return self.execute(parameters, context, RedactingFeedback(feedback))
        except Stopped:
            return {}
        except KeyboardInterrupt:  # Ctrl+C under qgis_process, which has no other way to cancel
            failure = QgsProcessingException(
                translate("PixxelAlgorithm", "“{0}” was interrupted.").format(self.title())
            )
        except Exception as error:  # noqa: BLE001 (the border to QGIS; logged)
            failure = self._failure(error, feedback)
        del parameters, context, feedback  # see _failure
        raise failure

    def postProcessAlgorithm(  # noqa: N802
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Finish the run; results made for a project that was closed since are not added to the next one."""
        try:
            if self._was_closed():
                context.setLayersToLoadOnCompletion({})
                feedback.reportError(_project_closed(self.title()))
            else:
                self.finish(context, feedback)
            return {}
        except Exception as error:  # noqa: BLE001 (the border to QGIS; logged)
            failure = self._failure(error, feedback)
        del context, feedback  # see _failure
        raise failure

    def _failure(self, error: Exception, feedback: QgsProcessingFeedback) -> QgsProcessingException:
        """Return the exception that QGIS shows for an error: one sentence; the details go to the debug log.

        The bindings never release an error that leaves an algorithm, nor its traceback and the objects in its frames.
        So a new error is raised from a frame without references to layers, and the frames of the old one are cleared.
        """
        failure = QgsProcessingException(self._sentence(error, feedback))
        clear_frames(error.__traceback__)
        return failure

    def _sentence(self, error: Exception, feedback: QgsProcessingFeedback) -> str:
        if isinstance(error, InputRefused | QgsProcessingException):
            return hide(str(error))
        from ...messages.explanation import explain

        _log.debug("%s failed", self.ID, exc_info=error)
        message = explain(error, doing=self.title())
        feedback.pushDebugInfo(message.details)
        text = message.text
        if QgsApplication.platform() == "qgis_process":
            text = f"{text} {self._without_desktop().get(message.action, '')}".rstrip()
        return text

    def _without_desktop(self) -> dict[Any, str]:
        """Return the remedies for use without a window, by the action that a message would offer in one."""
        from ...messages.wording import Action

        key = translate(
            "PixxelAlgorithm", "Outside the desktop, PIXXEL_API_URL and PIXXEL_API_KEY set the address and the key."
        )
        password = translate("PixxelAlgorithm", "QGIS_AUTH_PASSWORD_FILE names a file with the master password.")
        return {Action.OPEN_SETTINGS: key, Action.UNLOCK: f"{key} {password}"}


def _project_closed(title: str) -> str:
    text = translate(
        "PixxelAlgorithm",
        "The project was closed while “{0}” was running, so nothing was added to the project that is open now. "
        "Files that were written are where you chose.",
    )
    return str(text).format(title)
