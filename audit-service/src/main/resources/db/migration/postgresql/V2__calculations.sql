-- Calculations of users and of the system. A deleted one is kept and no longer active.
CREATE TABLE user_calculations (
    id                   integer      GENERATED ALWAYS AS IDENTITY,
    name                 varchar(100) NOT NULL,
    description          varchar(500),
    aggregation_function varchar(20)  NOT NULL,
    source_model         varchar(20)  NOT NULL,
    source_field         varchar(100) NOT NULL,
    weight_field         varchar(100),
    group_level          varchar(20)  NOT NULL,
    advanced_config      jsonb,
    approved_by          varchar(100),
    approval_date        timestamptz,
    created_by           varchar(100) NOT NULL,
    created_at           timestamptz  NOT NULL,
    updated_at           timestamptz  NOT NULL,
    is_active            boolean      NOT NULL DEFAULT true,
    CONSTRAINT user_calculations_pk PRIMARY KEY (id),
    CONSTRAINT user_calculations_function
        CHECK (aggregation_function IN ('SUM', 'AVG', 'COUNT', 'MIN', 'MAX', 'WEIGHTED_AVG')),
    CONSTRAINT user_calculations_model CHECK (source_model IN ('Deal', 'Tranche', 'TrancheBal')),
    CONSTRAINT user_calculations_level CHECK (group_level IN ('deal', 'tranche')),
    CONSTRAINT user_calculations_weight CHECK (aggregation_function <> 'WEIGHTED_AVG' OR weight_field IS NOT NULL)
);

-- A name is taken only as long as its calculation is active.
CREATE UNIQUE INDEX user_calculations_name ON user_calculations (name, group_level) WHERE is_active;

CREATE TABLE system_calculations (
    id                 integer        GENERATED ALWAYS AS IDENTITY,
    name               varchar(100)   NOT NULL,
    description        varchar(500),
    raw_sql            varchar(20000) NOT NULL,
    result_column_name varchar(100)   NOT NULL,
    group_level        varchar(20)    NOT NULL,
    metadata_config    jsonb,
    approved_by        varchar(100),
    approval_date      timestamptz,
    created_by         varchar(100)   NOT NULL,
    created_at         timestamptz    NOT NULL,
    updated_at         timestamptz    NOT NULL,
    is_active          boolean        NOT NULL DEFAULT true,
    CONSTRAINT system_calculations_pk PRIMARY KEY (id),
    CONSTRAINT system_calculations_level CHECK (group_level IN ('deal', 'tranche'))
);

CREATE UNIQUE INDEX system_calculations_name ON system_calculations (name, group_level) WHERE is_active;

-- Which reports show a calculation, as the services that own the reports have told.
CREATE TABLE calculation_usage (
    id               integer      GENERATED ALWAYS AS IDENTITY,
    calculation_type varchar(10)  NOT NULL,
    calculation_id   integer      NOT NULL,
    report_id        varchar(100) NOT NULL,
    report_name      varchar(200) NOT NULL,
    used_since       timestamptz  NOT NULL,
    CONSTRAINT calculation_usage_pk PRIMARY KEY (id),
    CONSTRAINT calculation_usage_report UNIQUE (calculation_type, calculation_id, report_id),
    CONSTRAINT calculation_usage_type CHECK (calculation_type IN ('user', 'system'))
);
