from tests.contracts.of_membership.story import Examples

EXAMPLES: Examples = ()
