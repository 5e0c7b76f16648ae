"""The rules of inventory: one file per entity, and what several of them need.

`units` and `adequacy` are plain arithmetic; `commodity`, `price`, `policy`, `demand` and `stock`
each hold the decider of the entity they are named after.
"""
