"""The published language, made from the models: what integrators read, and what must not break."""
