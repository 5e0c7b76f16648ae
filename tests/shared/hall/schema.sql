CREATE TABLE box (
    code text PRIMARY KEY,
    held bigint NOT NULL
);
