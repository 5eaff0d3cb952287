package io.alluvium.emitter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.Generator;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** Takes images of the rows of one audited entity. Immutable. */
final class AuditedEntity {

    static final int MAX_ID = 200;
    private static final int MAX_TYPE = 100;

    /**
     * @param position in the state arrays of Hibernate
     * @param names    of the columns in the image; columns that are not in it are missing
     * @param fixed    columns that an UPDATE never writes: they keep their value whatever the object in memory says
     */
    private record Attribute(AttributeMapping mapping, int position, Map<String, String> names, Set<String> fixed) {}

    private final EntityPersister persister;
    private final String type;
    private final List<Attribute> attributes;
    private final Set<String> fixed = new HashSet<>();

    private AuditedEntity(EntityPersister persister, String type, List<Attribute> attributes) {
        this.persister = persister;
        this.type = type;
        this.attributes = attributes;
        attributes.forEach(attribute -> fixed.addAll(attribute.fixed()));
    }

    static boolean isAudited(@Nullable Class<?> mapped, String entityName, CaptureSettings settings) {
        return mapped != null && mapped.isAnnotationPresent(Audited.class)
                || settings.entities().contains(entityName)
                || mapped != null && settings.entities().contains(mapped.getName());
    }

    static AuditedEntity of(EntityPersister persister) {
        Audited audited = persister.getMappedClass().getAnnotation(Audited.class);
        String table = persister.getIdentifierTableMapping().getTableName();
        String type = audited == null || audited.name().isEmpty() ? unqualified(table) : audited.name();
        if (type.isBlank() || type.length() > MAX_TYPE) {
            throw new IllegalStateException(
                    "the entity type of " + persister.getEntityName() + " has no 1 to 100 characters");
        }
        Set<String> excluded = audited == null ? new HashSet<>() : new HashSet<>(Set.of(audited.exclude()));
        List<Attribute> attributes = attributes(persister, excluded);
        return new AuditedEntity(persister, type, attributes);
    }

    private static List<Attribute> attributes(EntityPersister persister, Set<String> excluded) {
        Set<String> unknown = new HashSet<>(excluded);
        List<Attribute> attributes = new ArrayList<>();
        Map<String, String> tables = new HashMap<>();
        persister.getAttributeMappings().forEach(mapping -> {
            unknown.remove(mapping.getAttributeName());
            if (mapping instanceof PluralAttributeMapping || excluded.contains(mapping.getAttributeName())) {
                return;
            }
            int position = mapping.getStateArrayPosition();
            Generator generator = persister.getGenerators()[position];
            Map<String, String> names = new HashMap<>();
            Set<String> fixed = new HashSet<>();
            mapping.forEachSelectable((index, column) -> {
                String name = unquoted(column.getSelectionExpression());
                unknown.remove(name);
                boolean written = column.isInsertable() || column.isUpdateable() || generator != null;
                if (column.isFormula() || !written || excluded.contains(name)) {
                    return;
                }
                // Columns of one name in two tables of one entity: the later ones say which table they are of.
                String table = tables.putIfAbsent(name, column.getContainingTableExpression());
                String shown = table == null || table.equals(column.getContainingTableExpression())
                        ? name
                        : unqualified(column.getContainingTableExpression()) + "." + name;
                names.put(key(column), shown);
                if (!column.isUpdateable() && generator == null) {
                    fixed.add(shown);
                }
            });
            attributes.add(new Attribute(mapping, position, names, fixed));
        });
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("@Audited of " + persister.getEntityName()
                    + " excludes what it does not have: " + String.join(", ", unknown));
        }
        return attributes;
    }

    String type() {
        return type;
    }

    /** @return the id as text, the parts of a composite one separated by commas */
    String idText(Object id, SharedSessionContractImplementor session) {
        List<String> parts = new ArrayList<>(1);
        persister
                .getIdentifierMapping()
                .breakDownJdbcValues(
                        id,
                        (index, value, column) -> parts.add(ImageJson.plain(value, column.getJdbcMapping(), session)),
                        session);
        String text = parts.size() == 1
                ? parts.get(0)
                : String.join(",", parts.stream().map(AuditedEntity::escaped).toList());
        if (text.isBlank() || text.length() > MAX_ID) {
            throw new IllegalStateException(
                    "the id of a " + type + " has " + text.length() + " characters, not 1 to 200");
        }
        return text;
    }

    private static String escaped(String part) {
        return part.replace("\\", "\\\\").replace(",", "\\,");
    }

    Image image(Object id, Object[] state, SharedSessionContractImplementor session) {
        Image image = new Image();
        persister
                .getIdentifierMapping()
                .breakDownJdbcValues(
                        id,
                        (index, value, column) -> image.put(
                                unquoted(column.getSelectionExpression()),
                                ImageJson.json(value, column.getJdbcMapping(), session)),
                        session);
        for (Attribute attribute : attributes) {
            Object value = state[attribute.position()];
            if (value == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                continue;
            }
            attribute
                    .mapping()
                    .breakDownJdbcValues(
                            value,
                            (index, part, column) -> {
                                String name = attribute.names().get(key(column));
                                if (name != null) {
                                    image.put(name, ImageJson.json(part, column.getJdbcMapping(), session));
                                }
                            },
                            session);
        }
        return image;
    }

    /** The image after an UPDATE: what the statement does not write is as it was. */
    Image imageAfterUpdate(Image before, Object id, Object[] state, SharedSessionContractImplementor session) {
        Image after = image(id, state, session);
        fixed.forEach(name -> after.take(name, before));
        return after;
    }

    private static String key(SelectableMapping column) {
        return column.getContainingTableExpression() + " " + column.getSelectionExpression();
    }

    private static String unqualified(String table) {
        return unquoted(table.substring(table.lastIndexOf('.') + 1));
    }

    private static String unquoted(String name) {
        return name.replaceAll("[\"`\\[\\]]", "");
    }
}
