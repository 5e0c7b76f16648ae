-- The tables of  Every row follows from the log: drop them, and they are filled again.
-- A cooperative is named by its Kemendagri code, a person by the random id that membership gave.

CREATE TABLE curriculum (
    curriculum text PRIMARY KEY,
    title text NOT NULL,
    pass_mark integer NOT NULL,
    validity_months integer NOT NULL,
    from_date date NOT NULL
);
COMMENT ON TABLE curriculum IS 'Published curricula; none ever changes.';
COMMENT ON COLUMN curriculum.pass_mark IS 'Out of 100.';

CREATE TABLE curriculum_module (
    curriculum text NOT NULL,
    module text NOT NULL,
    ordinal integer NOT NULL,
    title text NOT NULL,
    hours integer NOT NULL,
    mandatory boolean NOT NULL,
    PRIMARY KEY (curriculum, module)
);
COMMENT ON TABLE curriculum_module IS 'The modules of a curriculum, in its own order.';
COMMENT ON COLUMN curriculum_module.hours IS 'Lesson hours (jam pelajaran).';

CREATE TABLE curriculum_role (
    curriculum text NOT NULL,
    role text NOT NULL,
    PRIMARY KEY (curriculum, role)
);
COMMENT ON TABLE curriculum_role IS 'Whom a curriculum is for: organs or seats.';

CREATE TABLE seat_training (
    cooperative text NOT NULL,
    seat text NOT NULL,
    person uuid NOT NULL,
    organ text NOT NULL,
    from_date date NOT NULL,
    appointed_at_position bigint NOT NULL,
    PRIMARY KEY (cooperative, seat)
);
COMMENT ON TABLE seat_training IS 'Who holds a seat now, as membership says.';
COMMENT ON COLUMN seat_training.appointed_at_position IS
    'Where the log has the appointment.';

CREATE TABLE need (
    cooperative text NOT NULL,
    seat text NOT NULL,
    person uuid NOT NULL,
    module text NOT NULL,
    curriculum text NOT NULL,
    due_on date NOT NULL,
    appointed_at_position bigint NOT NULL,
    met_on date,
    met_in text,
    withdrawn_at timestamptz,
    PRIMARY KEY (cooperative, seat, person, module)
);
COMMENT ON TABLE need IS
    'A module that a person owes for a seat: open while neither met nor withdrawn.';
COMMENT ON COLUMN need.appointed_at_position IS
    'The appointment that it follows from; a later term of the same person replaces the row.';
COMMENT ON COLUMN need.met_in IS 'The session in which it was met.';

CREATE TABLE session (
    session text PRIMARY KEY,
    title text NOT NULL,
    curriculum text NOT NULL,
    venue text NOT NULL,
    held_on date NOT NULL,
    seats integer NOT NULL,
    enrolled integer NOT NULL,
    attended integer NOT NULL
);
COMMENT ON TABLE session IS 'Sessions and how many came.';

CREATE TABLE session_module (
    session text NOT NULL,
    ordinal integer NOT NULL,
    module text NOT NULL,
    PRIMARY KEY (session, ordinal)
);
COMMENT ON TABLE session_module IS 'The modules that a session teaches.';

CREATE TABLE session_topic (
    session text NOT NULL,
    ordinal integer NOT NULL,
    topic text NOT NULL,
    PRIMARY KEY (session, ordinal)
);
COMMENT ON TABLE session_topic IS 'The topics of a session, in its own words.';

CREATE TABLE participant (
    session text NOT NULL,
    cooperative text NOT NULL,
    person uuid NOT NULL,
    enrolled_at timestamptz NOT NULL,
    attended_on date,
    attempts integer NOT NULL,
    score integer,
    completed_on date,
    certificate text,
    PRIMARY KEY (session, cooperative, person)
);
COMMENT ON TABLE participant IS
    'One person in one session, from the seat to the certificate.';
COMMENT ON COLUMN participant.score IS 'The score of the last attempt, which counts.';

CREATE TABLE certificate (
    number text PRIMARY KEY,
    cooperative text NOT NULL,
    person uuid NOT NULL,
    session text NOT NULL,
    curriculum text NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL
);
COMMENT ON TABLE certificate IS 'Certificates issued.';
COMMENT ON COLUMN certificate.valid_until IS 'The first day on which it is not valid.';

CREATE TABLE certificate_module (
    number text NOT NULL,
    module text NOT NULL,
    PRIMARY KEY (number, module)
);
COMMENT ON TABLE certificate_module IS 'The modules that a certificate covers.';

CREATE TABLE certificate_seat (
    number text NOT NULL,
    seat text NOT NULL,
    PRIMARY KEY (number, seat)
);
COMMENT ON TABLE certificate_seat IS
    'The seats in which nothing more was owed when the certificate was issued.';
