"""The rules about what is held on a person: consent, rectifying, looking, erasing."""
