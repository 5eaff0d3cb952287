package io.alluvium.emitter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Every insert, update and delete of this entity becomes a change event with the full row before and after.
 *
 * <p>The images have one member for each column: embeddables as their columns, an association as its foreign key, an
 * attribute with a converter as what the converter makes of it. Not in them: collections, formulas, columns that Hibernate
 * never writes, and lazy basic attributes that were not loaded. Changes that go past the persistence context (HQL and SQL
 * statements, triggers) are not seen. The image before is what the session had read: use a version or a lock where two
 * transactions may change one row.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Audited {

    /** The entity type of the events, 1 to 100 characters; empty: the name of the entity's (root) table. */
    String name() default "";

    /** Attributes or columns that stay out of the images. A name that the entity does not have stops the start. */
    String[] exclude() default {};
}
