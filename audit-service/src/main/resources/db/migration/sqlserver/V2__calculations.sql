-- Calculations of users and of the system. A deleted one is kept and no longer active.
-- Names, reports and choices are compared by code points, whatever the collation of the database: case matters.
CREATE TABLE user_calculations (
    id                   int           IDENTITY(1, 1) NOT NULL,
    name                 nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    description          nvarchar(500),
    aggregation_function nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    source_model         nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    source_field         nvarchar(100) NOT NULL,
    weight_field         nvarchar(100),
    group_level          nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    advanced_config      nvarchar(max),
    approved_by          nvarchar(100),
    approval_date        datetime2(7),
    created_by           nvarchar(100) NOT NULL,
    created_at           datetime2(7)  NOT NULL,
    updated_at           datetime2(7)  NOT NULL,
    is_active            bit           NOT NULL DEFAULT 1,
    CONSTRAINT user_calculations_pk PRIMARY KEY CLUSTERED (id),
    CONSTRAINT user_calculations_function
        CHECK (aggregation_function IN ('SUM', 'AVG', 'COUNT', 'MIN', 'MAX', 'WEIGHTED_AVG')),
    CONSTRAINT user_calculations_model CHECK (source_model IN ('Deal', 'Tranche', 'TrancheBal')),
    CONSTRAINT user_calculations_level CHECK (group_level IN ('deal', 'tranche')),
    CONSTRAINT user_calculations_weight CHECK (aggregation_function <> 'WEIGHTED_AVG' OR weight_field IS NOT NULL)
);

-- A name is taken only as long as its calculation is active.
CREATE UNIQUE INDEX user_calculations_name ON user_calculations (name, group_level) WHERE is_active = 1;

CREATE TABLE system_calculations (
    id                 int           IDENTITY(1, 1) NOT NULL,
    name               nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    description        nvarchar(500),
    raw_sql            nvarchar(max) NOT NULL,
    result_column_name nvarchar(100) NOT NULL,
    group_level        nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    metadata_config    nvarchar(max),
    approved_by        nvarchar(100),
    approval_date      datetime2(7),
    created_by         nvarchar(100) NOT NULL,
    created_at         datetime2(7)  NOT NULL,
    updated_at         datetime2(7)  NOT NULL,
    is_active          bit           NOT NULL DEFAULT 1,
    CONSTRAINT system_calculations_pk PRIMARY KEY CLUSTERED (id),
    CONSTRAINT system_calculations_level CHECK (group_level IN ('deal', 'tranche'))
);

CREATE UNIQUE INDEX system_calculations_name ON system_calculations (name, group_level) WHERE is_active = 1;

-- Which reports show a calculation, as the services that own the reports have told.
CREATE TABLE calculation_usage (
    id               int           IDENTITY(1, 1) NOT NULL,
    calculation_type nvarchar(10) COLLATE Latin1_General_BIN2 NOT NULL,
    calculation_id   int           NOT NULL,
    report_id        nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    report_name      nvarchar(200) NOT NULL,
    used_since       datetime2(7)  NOT NULL,
    CONSTRAINT calculation_usage_pk PRIMARY KEY CLUSTERED (id),
    CONSTRAINT calculation_usage_report UNIQUE (calculation_type, calculation_id, report_id),
    CONSTRAINT calculation_usage_type CHECK (calculation_type IN ('user', 'system'))
);
