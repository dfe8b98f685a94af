#ifndef PDEKIT_CHDF5_H
#define PDEKIT_CHDF5_H

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// HDF5's predefined identifiers are macros that open the library and read a global: Swift imports neither.

// Types in memory.
static inline hid_t CHDF5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t CHDF5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t CHDF5_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t CHDF5_native_int64(void) { return H5T_NATIVE_INT64; }

// Types in files: little-endian on every machine, so that the bytes of a file do not depend on the writer.
static inline hid_t CHDF5_file_float(void) { return H5T_IEEE_F32LE; }
static inline hid_t CHDF5_file_double(void) { return H5T_IEEE_F64LE; }
static inline hid_t CHDF5_file_int8(void) { return H5T_STD_I8LE; }
static inline hid_t CHDF5_file_int64(void) { return H5T_STD_I64LE; }
static inline hid_t CHDF5_file_int32(void) { return H5T_STD_I32LE; }
static inline hid_t CHDF5_file_reference(void) { return H5T_STD_REF_OBJ; }
static inline hid_t CHDF5_c_string(void) { return H5T_C_S1; }
static inline size_t CHDF5_variable_length(void) { return H5T_VARIABLE; }

/// The reference to an open object.
static inline herr_t CHDF5_reference(hid_t object, hobj_ref_t *reference) {
    return H5Rcreate(reference, object, ".", H5R_OBJECT, -1);
}

static inline hid_t CHDF5_all(void) { return H5S_ALL; }
static inline hid_t CHDF5_default(void) { return H5P_DEFAULT; }
static inline hsize_t CHDF5_unlimited(void) { return H5S_UNLIMITED; }

// Classes of property lists.
static inline hid_t CHDF5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t CHDF5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t CHDF5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t CHDF5_dataset_create(void) { return H5P_DATASET_CREATE; }

static inline unsigned CHDF5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned CHDF5_truncate(void) { return H5F_ACC_TRUNC; }

/// Whether a link leads straight to an object of its file, and not by way of a name, another file or a plugin; negative on
/// failure.
static inline int CHDF5_is_hard_link(hid_t group, const char *name) {
    H5L_info_t info;
    return H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 ? -1 : info.type == H5L_TYPE_HARD;
}

/// What is told the name of each member of a group; a negative answer ends the walk.
typedef int (*CHDF5_visit)(const char *name, void *context);

struct CHDF5_visitor {
    CHDF5_visit visit;
    void *context;
};

static inline herr_t CHDF5_visit_link(hid_t group, const char *name, const H5L_info_t *info, void *context) {
    struct CHDF5_visitor *visitor = (struct CHDF5_visitor *)context;
    (void)group, (void)info;
    return visitor->visit(name, visitor->context);
}

/// Tells the names of a group's members in alphabetical order.
static inline herr_t CHDF5_visit_links(hid_t group, CHDF5_visit visit, void *context) {
    struct CHDF5_visitor visitor = {visit, context};
    return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, CHDF5_visit_link, &visitor);
}

/// Stops HDF5 from printing its error stack to stderr; the setting belongs to the calling thread where HDF5 has threads.
static inline void CHDF5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

struct CHDF5_message {
    char *text;
    size_t capacity;
};

static inline herr_t CHDF5_collect(unsigned depth, const H5E_error2_t *entry, void *context) {
    struct CHDF5_message *message = (struct CHDF5_message *)context;
    size_t length = strlen(message->text);
    if (entry->desc == NULL || entry->desc[0] == '\0' || strstr(message->text, entry->desc) != NULL) return 0;
    snprintf(message->text + length, message->capacity - length, "%s%s", depth == 0 ? "" : ": ", entry->desc);
    return 0;
}

/// Writes the descriptions of the calling thread's error stack, outermost first, and clears the stack.
static inline void CHDF5_take_error(char *text, size_t capacity) {
    struct CHDF5_message message = {text, capacity};
    text[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, CHDF5_collect, &message);
    H5Eclear2(H5E_DEFAULT);
}

/// The memory of a file that the core driver builds; it outlives the file. What the file has not written yet is zero:
/// HDF5 leaves gaps in files, and what was in memory before must not get into them.
struct CHDF5_image {
    void *bytes;
    size_t size;
    /// How much is allocated: `size` grows into it without moving anything.
    size_t capacity;
};

static inline void *CHDF5_image_resize(void *bytes, size_t size, H5FD_file_image_op_t operation, void *context) {
    struct CHDF5_image *image = (struct CHDF5_image *)context;
    (void)bytes, (void)operation;
    if (size > image->capacity) {
        size_t capacity = image->capacity + image->capacity / 2;
        if (capacity < size) capacity = size;
        void *larger = realloc(image->bytes, capacity);
        if (larger == NULL) return NULL;
        image->bytes = larger;
        image->capacity = capacity;
    }
    if (size > image->size) memset((char *)image->bytes + image->size, 0, size - image->size);
    image->size = size;
    return image->bytes;
}

static inline void *CHDF5_image_allocate(size_t size, H5FD_file_image_op_t operation, void *context) {
    return CHDF5_image_resize(NULL, size, operation, context);
}

static inline void *CHDF5_image_copy(
    void *to, const void *from, size_t size, H5FD_file_image_op_t operation, void *context) {
    (void)operation, (void)context;
    return memcpy(to, from, size);
}

static inline herr_t CHDF5_image_keep(void *bytes, H5FD_file_image_op_t operation, void *context) {
    (void)bytes, (void)operation, (void)context;
    return 0;
}

static inline void *CHDF5_image_share(void *context) { return context; }

static inline herr_t CHDF5_image_unshare(void *context) {
    (void)context;
    return 0;
}

/// Lets the core driver build a file in `image`, which the caller frees after the file is closed.
static inline herr_t CHDF5_build_in(hid_t access, size_t increment, struct CHDF5_image *image) {
    H5FD_file_image_callbacks_t callbacks = {
        CHDF5_image_allocate, CHDF5_image_copy, CHDF5_image_resize, CHDF5_image_keep,
        CHDF5_image_share,    CHDF5_image_unshare, image,
    };
    if (H5Pset_fapl_core(access, increment, 0) < 0) return -1;
    return H5Pset_file_image_callbacks(access, &callbacks);
}

#endif
