/** Tests that pin the off-heap layouts. */
package io.ringmaster.registry.layout;
