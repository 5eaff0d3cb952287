package io.alluvium.kit;

/**
 * That a stage serves from the database. Every bean of this type is found: a replica whose stages of that kind are all switched
 * off takes requests while the database is away. A service that declares none is taken to need it always.
 *
 * @param stage   its name, for whoever looks at the health of the service
 * @param running whether this replica runs the stage
 */
public record DatabaseUse(String stage, boolean running) {}
