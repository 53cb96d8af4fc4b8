package io.ringmaster.server.config;

/**
 * A value that is in force.
 * <p>
 * Threading: immutable.
 *
 * @param key    with its {@code ringmaster.} prefix.
 * @param value  as it was written: a text, number, boolean or list.
 * @param text   the value as HOCON.
 * @param origin {@code defaults}, {@code profile NAME}, {@code file:line} or {@code --set}.
 */
public record EffectiveValue(String key, Object value, String text, String origin) {
}
