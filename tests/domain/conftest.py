from hypothesis import HealthCheck, settings

# A busy machine must not fail a property: nothing is asserted about time.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
