"""The organisation's policy for texts as it is sent and shown."""

from collections.abc import Mapping

from pydantic import ConfigDict, RootModel

from api.schemas import Shown
from domain.text_policy import RULES, Rule, Severity, When


class RuleOut(Shown):
    """`countries` are those where the rule holds (ISO 3166-1 alpha-2); null: anywhere. In others it matters as
    `elsewhere` says. `severity` is yours, `shipped` what it is without a choice of yours."""

    model_config = ConfigDict(title="TextRule")

    key: str
    when: When
    message: str
    source: str
    countries: list[str] | None
    elsewhere: Severity
    shipped: Severity
    severity: Severity

    @classmethod
    def of(cls, rule: Rule, severities: Mapping[str, Severity]) -> "RuleOut":
        return cls(
            key=rule.key,
            when=rule.when,
            message=rule.message,
            source=rule.source,
            countries=None if rule.countries is None else sorted(rule.countries),
            elsewhere=rule.elsewhere,
            shipped=rule.severity,
            severity=severities.get(rule.key, rule.severity),
        )


class TextPolicyOut(Shown):
    model_config = ConfigDict(title="TextPolicy")

    rules: list[RuleOut]

    @classmethod
    def of(cls, severities: Mapping[str, Severity]) -> "TextPolicyOut":
        return cls(rules=[RuleOut.of(rule, severities) for rule in RULES])


class TextPolicyChanges(RootModel[dict[str, Severity | None]]):
    """Severities by the rule's key; null takes the choice back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"first-opt-out": "error"}]})
