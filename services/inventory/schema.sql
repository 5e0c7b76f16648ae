-- What inventory shows. Every row follows from the log and can be dropped and filled again.
-- Quantities are whole base units (g, ml, butir, tabung); money is whole rupiah per trade unit.

CREATE TABLE commodity (
    commodity text PRIMARY KEY,
    name text NOT NULL,
    grade text NOT NULL,
    base_unit text NOT NULL,
    trade_unit text NOT NULL,
    consumption_per_head_year bigint,
    source text NOT NULL,
    defined_at timestamptz NOT NULL,
    version bigint NOT NULL
);
COMMENT ON TABLE commodity IS 'The catalogue as last defined.';
COMMENT ON COLUMN commodity.consumption_per_head_year IS
    'Base units; null where no figure is known.';
COMMENT ON COLUMN commodity.version IS 'How often it was defined.';

CREATE TABLE price_reference (
    commodity text NOT NULL,
    position bigint NOT NULL,
    kind text NOT NULL,
    unit text NOT NULL,
    minimum bigint,
    maximum bigint NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    legal text NOT NULL,
    source text NOT NULL,
    zone text,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (commodity, position)
);
COMMENT ON TABLE price_reference IS
    'Every HET and HAP published, in the order of their positions.';
COMMENT ON COLUMN price_reference.valid_until IS 'The last day on which it holds.';

CREATE TABLE policy (
    policy text PRIMARY KEY,
    version bigint NOT NULL,
    household_size bigint NOT NULL,
    capture_percent bigint NOT NULL,
    low_days bigint NOT NULL,
    recovery_margin_days bigint NOT NULL,
    ceiling_days bigint NOT NULL,
    blend_days bigint NOT NULL,
    set_at timestamptz NOT NULL
);
COMMENT ON TABLE policy IS 'The adequacy policy in force: one row.';

CREATE TABLE demand (
    cooperative text PRIMARY KEY,
    active_members bigint NOT NULL,
    counted_at_position bigint NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE demand IS
    'The active members that a cooperative''s demand is reckoned with.';

CREATE TABLE active_member (
    cooperative text PRIMARY KEY,
    active bigint NOT NULL,
    position bigint NOT NULL
);
COMMENT ON TABLE active_member IS
    'The active members as membership''s facts count them, up to the position of the last one.';

CREATE TABLE stock (
    cooperative text NOT NULL,
    gerai text NOT NULL,
    commodity text NOT NULL,
    on_hand bigint NOT NULL,
    sold bigint NOT NULL,
    first_on date,
    last_on date,
    alert uuid,
    variance bigint,
    counted_on date,
    moved_at timestamptz,
    position bigint NOT NULL,
    PRIMARY KEY (cooperative, gerai, commodity)
);
COMMENT ON TABLE stock IS
    'One stock per gerai and commodity. Days of cover follow from sold, first_on and last_on.';
COMMENT ON COLUMN stock.alert IS 'The alert that is open.';
COMMENT ON COLUMN stock.variance IS
    'What the last count found, less what the books said before it.';

CREATE TABLE stock_alert (
    alert uuid PRIMARY KEY,
    cooperative text NOT NULL,
    gerai text NOT NULL,
    commodity text NOT NULL,
    reason text NOT NULL,
    low_at timestamptz NOT NULL,
    on_hand bigint NOT NULL,
    daily_demand bigint NOT NULL,
    cover_tenths bigint NOT NULL,
    threshold_days bigint NOT NULL,
    active_members bigint NOT NULL,
    policy_version bigint NOT NULL,
    recovered_at timestamptz,
    recovered_on_hand bigint,
    recovered_cover_tenths bigint,
    position bigint NOT NULL
);
COMMENT ON TABLE stock_alert IS
    'Every alert from low to recovered, with the figures that it was found by.';
CREATE INDEX ON stock_alert (cooperative text_pattern_ops, position);

CREATE TABLE price_breach (
    line uuid PRIMARY KEY,
    cooperative text NOT NULL,
    gerai text NOT NULL,
    commodity text NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL,
    unit_price bigint NOT NULL,
    maximum bigint NOT NULL,
    over_by bigint NOT NULL,
    legal text NOT NULL,
    sold_on date NOT NULL,
    position bigint NOT NULL
);
COMMENT ON TABLE price_breach IS
    'Sales above the maximum of their day: a HET is violated, a HAP is a warning.';
CREATE INDEX ON price_breach (cooperative text_pattern_ops, position);

CREATE TABLE movement (
    line uuid PRIMARY KEY,
    cooperative text NOT NULL,
    gerai text NOT NULL,
    commodity text NOT NULL,
    position bigint NOT NULL,
    kind text NOT NULL,
    quantity bigint NOT NULL,
    unit_money bigint,
    supplier text,
    lot text,
    expires_on date,
    moved_on date NOT NULL,
    happened_at timestamptz NOT NULL
);
COMMENT ON TABLE movement IS 'The bin card: one row per line, in order of position.';
COMMENT ON COLUMN movement.quantity IS
    'What came in (received), what went out (sold), or what was found (counted).';
COMMENT ON COLUMN movement.unit_money IS
    'The cost of what came in, the price of what went out.';
CREATE INDEX ON movement (cooperative, gerai, commodity, position);
