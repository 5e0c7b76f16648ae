CREATE TABLE cooperative (
    code text PRIMARY KEY,
    name text NOT NULL,
    kecamatan text NOT NULL,
    founded_on date NOT NULL,
    last_heard_at timestamptz NOT NULL,
    last_reported_at timestamptz NOT NULL,
    suspended_since date,
    suspended_until date,
    suspended_because text,
    version integer NOT NULL
);
COMMENT ON COLUMN cooperative.last_heard_at IS 'When its last fact was recorded.';
COMMENT ON COLUMN cooperative.last_reported_at IS
    'When somebody last reported a fact of it: what a service concluded does not count.';
COMMENT ON COLUMN cooperative.suspended_until IS
    'The last day of the pause that began last, unless somebody ended it. After that day it is none.';

CREATE TABLE legal_document (
    cooperative text NOT NULL,
    kind text NOT NULL,
    slot text NOT NULL,
    number text NOT NULL,
    issued_on date NOT NULL,
    valid_until date,
    PRIMARY KEY (cooperative, kind, slot)
);
COMMENT ON COLUMN legal_document.slot IS
    'The number, of kinds that stand side by side; otherwise empty: one replaces the other.';
COMMENT ON COLUMN legal_document.valid_until IS 'The last day on which it is valid.';

CREATE TABLE gerai (
    cooperative text NOT NULL,
    gerai text NOT NULL,
    opened_on date NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    closed_on date,
    closed_because text,
    PRIMARY KEY (cooperative, gerai, opened_on)
);
COMMENT ON TABLE gerai IS 'Each opening of a gerai, open on the days [opened_on, closed_on).';

CREATE TABLE member (
    cooperative text NOT NULL,
    member text NOT NULL,
    status text NOT NULL,
    applied_at timestamptz NOT NULL,
    joined_at timestamptz,
    left_at timestamptz,
    left_by text,
    pokok bigint NOT NULL,
    wajib bigint NOT NULL,
    sukarela bigint NOT NULL,
    owed bigint NOT NULL,
    owed_since text,
    dismissal text,
    number text,
    source text,
    missing text NOT NULL,
    previous text,
    version integer NOT NULL,
    PRIMARY KEY (cooperative, member)
);
CREATE INDEX ON member (cooperative, number) WHERE number IS NOT NULL;
COMMENT ON TABLE member IS
    'A membership is the half-open interval [joined_at, left_at). No personal data is here.';
COMMENT ON COLUMN member.pokok IS 'Rupiah, paid so far.';
COMMENT ON COLUMN member.owed IS 'Rupiah of simpanan wajib that fell due and are not paid.';
COMMENT ON COLUMN member.missing IS 'What a paper register did not say and nobody filled in, in words with blanks between.';

CREATE TABLE savings_payment (
    cooperative text NOT NULL,
    member text NOT NULL,
    payment integer NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    period text,
    paid_at timestamptz NOT NULL,
    reversed_at timestamptz,
    PRIMARY KEY (cooperative, member, payment)
);
COMMENT ON COLUMN savings_payment.payment IS
    'The version of the membership at which it was recorded.';

CREATE TABLE savings_bill (
    cooperative text NOT NULL,
    kind text NOT NULL,
    period text NOT NULL,
    amount bigint NOT NULL,
    due_on date NOT NULL,
    issued_at timestamptz NOT NULL,
    status text NOT NULL,
    PRIMARY KEY (cooperative, kind, period)
);
COMMENT ON TABLE savings_bill IS 'What each member is asked for: open, due, or cancelled.';

CREATE TABLE seat (
    cooperative text NOT NULL,
    seat text NOT NULL,
    person text NOT NULL,
    organ text NOT NULL,
    ex_officio boolean NOT NULL,
    from_date date NOT NULL,
    until_date date,
    certificate text,
    certified_until date,
    PRIMARY KEY (cooperative, seat)
);
COMMENT ON TABLE seat IS 'The seats that somebody holds; a vacant one has no row.';
COMMENT ON COLUMN seat.until_date IS 'The last day of the term, where one is set.';
COMMENT ON COLUMN seat.certified_until IS 'The first day on which the certificate is not valid.';

CREATE TABLE seat_term (
    cooperative text NOT NULL,
    seat text NOT NULL,
    person text NOT NULL,
    from_date date NOT NULL,
    organ text NOT NULL,
    ex_officio boolean NOT NULL,
    until_date date,
    ended_on date,
    cause text,
    PRIMARY KEY (cooperative, seat, person, from_date)
);
COMMENT ON TABLE seat_term IS
    'Every term there was: the half-open interval [from_date, ended_on), open while it goes on.';

CREATE TABLE kinship (
    cooperative text NOT NULL,
    person text NOT NULL,
    relatives integer NOT NULL,
    declared_at timestamptz NOT NULL,
    PRIMARY KEY (cooperative, person)
);
COMMENT ON TABLE kinship IS 'Who declared kinship, and how many relatives on the board: not whom.';

CREATE TABLE board (
    cooperative text PRIMARY KEY,
    certified_at timestamptz
);

CREATE TABLE board_violation (
    cooperative text NOT NULL,
    rule text NOT NULL,
    violated_at timestamptz NOT NULL,
    PRIMARY KEY (cooperative, rule)
);
COMMENT ON TABLE board_violation IS
    'The rules that boards break which were certified once; a mended one has no row.';

CREATE TABLE today (
    city text PRIMARY KEY,
    day date NOT NULL
);
COMMENT ON TABLE today IS 'The latest day that began, in Jakarta''s time: one row. No clock is read.';

CREATE TABLE duplicate (
    identity text NOT NULL,
    cooperative text NOT NULL,
    held_in text NOT NULL,
    person text NOT NULL,
    suspected_at timestamptz NOT NULL,
    resolution text,
    resolved_at timestamptz,
    PRIMARY KEY (identity, cooperative)
);
COMMENT ON TABLE duplicate IS
    'Identity numbers given in one cooperative while another held them, by their keyed hash.';

CREATE TABLE gerai_kind (
    kind text PRIMARY KEY,
    label text NOT NULL
);
COMMENT ON TABLE gerai_kind IS 'Those that the sub-agency added to the seven of Inpres 9/2025.';

CREATE TABLE personal (
    cooperative text NOT NULL,
    member text NOT NULL,
    field text NOT NULL,
    sealed text NOT NULL,
    event_id text NOT NULL,
    event_type text NOT NULL,
    PRIMARY KEY (cooperative, member, field)
);
COMMENT ON TABLE personal IS 'The latest sealed text of each field; nothing in clear is here.';

CREATE TABLE person (
    cooperative text NOT NULL,
    member text NOT NULL,
    version integer NOT NULL,
    looks integer NOT NULL,
    last_looked_at timestamptz,
    erased_at timestamptz,
    basis text,
    reference text,
    PRIMARY KEY (cooperative, member)
);
COMMENT ON COLUMN person.looks IS 'How often personal data were revealed.';

CREATE TABLE consent (
    cooperative text NOT NULL,
    member text NOT NULL,
    purpose text NOT NULL,
    given_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (cooperative, member, purpose)
);

CREATE TABLE legal_hold (
    cooperative text NOT NULL,
    member text NOT NULL,
    case_number text NOT NULL,
    placed_at timestamptz NOT NULL,
    lifted_at timestamptz,
    PRIMARY KEY (cooperative, member, case_number)
);

CREATE TABLE claim (
    cooperative text NOT NULL,
    member text NOT NULL,
    identity text NOT NULL,
    released boolean NOT NULL,
    PRIMARY KEY (cooperative, member, identity)
);
COMMENT ON TABLE claim IS 'Which identity number, by its keyed hash, stands for whom, or stood until it was released.';

CREATE TABLE rat (
    cooperative text NOT NULL,
    book_year integer NOT NULL,
    status text NOT NULL,
    planned_on date,
    venue text,
    held_on date,
    present integer,
    members integer,
    quorum boolean,
    decisions text,
    assets bigint,
    savings bigint,
    turnover bigint,
    shu bigint,
    report_url text,
    returned_because text,
    due_on date,
    overdue boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (cooperative, book_year)
);
COMMENT ON TABLE rat IS
    'The yearly meetings of which anything is known: a cooperative without a row is belum.';
COMMENT ON COLUMN rat.due_on IS 'The deadline that it was found to have missed, when a day began.';
COMMENT ON COLUMN rat.overdue IS 'It missed the deadline, and is not recorded as held.';

CREATE TABLE quarterly_report (
    cooperative text NOT NULL,
    year integer NOT NULL,
    quarter integer NOT NULL,
    members integer,
    savings bigint,
    transaction_count integer,
    transaction_value bigint,
    reported_at timestamptz,
    due_on date,
    overdue boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (cooperative, year, quarter)
);
COMMENT ON TABLE quarterly_report IS
    'The quarters that were reported on, or found missing after their deadline. Sums are in rupiah.';

CREATE TABLE deadline (
    obligation text NOT NULL,
    applies_from date NOT NULL,
    months_after integer NOT NULL,
    day integer,
    PRIMARY KEY (obligation, applies_from)
);
COMMENT ON TABLE deadline IS
    'Those that the sub-agency set, over those that the code begins with.';
