"""Media as they are kept."""

from pydantic import ConfigDict

from api.schemas import Shown


class MediumOut(Shown):
    """A picture or the like, ready to go with a text; `content_type` is what its first bytes say."""

    model_config = ConfigDict(title="Medium")

    sha256: str
    content_type: str
    size: int
