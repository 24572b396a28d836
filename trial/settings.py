"""Which settings has the local trial beside the product's own?"""

from pydantic import Field, SecretStr

from settings import Settings


class TrialSettings(Settings):
    """The product's settings, and the ports of the servers that only the local trial starts."""

    handset_port: int = Field(
        default=8420, ge=1, le=65535, description="Port of the handset in the local trial."
    )
    temporal_port: int = Field(
        default=8433, ge=1, le=65535, description="Port of Temporal in the local trial."
    )
    temporal_ui_port: int = Field(
        default=8434, ge=1, le=65535, description="Port of Temporal's web page in the local trial."
    )

    def as_environment(self) -> dict[str, str]:
        """The environment variables by which a child process reads what was set here."""
        chosen = {name: getattr(self, name) for name in self.model_fields_set}
        return {
            f"TOUCHLINE_{name.upper()}": (
                value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            )
            for name, value in chosen.items()
            if value is not None
        }
