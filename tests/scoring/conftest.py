from hypothesis import settings

settings.register_profile("scoring", deadline=None)  # the first pandas call of a run takes longer than the others
settings.load_profile("scoring")
