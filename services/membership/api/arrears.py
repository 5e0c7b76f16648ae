"""Since when a member owes, as the bills that fell due say it."""

UNPAID_SINCE = """
    CASE WHEN m.owed > 0 THEN coalesce((
        SELECT min(due.period) FROM (
            SELECT b.period, sum(b.amount) OVER (ORDER BY b.period) AS until_then
            FROM savings_bill b
            WHERE b.cooperative = m.cooperative AND b.kind = 'wajib' AND b.status = 'due'
                AND b.due_on >= (m.joined_at AT TIME ZONE 'Asia/Jakarta')::date
        ) due WHERE due.until_then > m.wajib
    ), m.owed_since) END AS unpaid_since
"""
"""The first month that a member *m* has not paid in full: a payment in part moves it on."""
