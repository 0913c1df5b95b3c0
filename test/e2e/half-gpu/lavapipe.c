/*
 * Lavapipe, Mesa's Vulkan on the processor, under the name of SwiftShader, which cannot compute in half precision. Chromium
 * (156) takes no other GPU in software: it must say that it is Google's (1AE0:C0DE), and that shaders may index all arrays,
 * which Mesa 22 does without saying so of images. Nothing here uses that; it is not passed on.
 */
#include <dlfcn.h>
#include <string.h>
#include <vulkan/vulkan.h>

static PFN_vkGetInstanceProcAddr mesa;
static PFN_vkGetPhysicalDeviceFeatures features;
static PFN_vkGetPhysicalDeviceFeatures2 features2;
static PFN_vkGetPhysicalDeviceProperties properties;
static PFN_vkGetPhysicalDeviceProperties2 properties2;
static PFN_vkCreateDevice createDevice;

static void index_images(VkPhysicalDeviceFeatures *f, VkBool32 on) {
  f->shaderSampledImageArrayDynamicIndexing = on;
  f->shaderStorageImageArrayDynamicIndexing = on;
}

static void VKAPI_CALL my_features(VkPhysicalDevice device, VkPhysicalDeviceFeatures *f) {
  features(device, f);
  index_images(f, VK_TRUE);
}

static void VKAPI_CALL my_features2(VkPhysicalDevice device, VkPhysicalDeviceFeatures2 *f) {
  features2(device, f);
  index_images(&f->features, VK_TRUE);
}

static void name(VkPhysicalDeviceProperties *p) {
  p->vendorID = 0x1AE0;
  p->deviceID = 0xC0DE;
}

static void VKAPI_CALL my_properties(VkPhysicalDevice device, VkPhysicalDeviceProperties *p) {
  properties(device, p);
  name(p);
}

static void VKAPI_CALL my_properties2(VkPhysicalDevice device, VkPhysicalDeviceProperties2 *p) {
  properties2(device, p);
  name(&p->properties);
}

static VkResult VKAPI_CALL my_create_device(VkPhysicalDevice device, const VkDeviceCreateInfo *info,
                                            const VkAllocationCallbacks *allocator, VkDevice *out) {
  VkDeviceCreateInfo asked = *info;
  VkPhysicalDeviceFeatures enabled;
  if (info->pEnabledFeatures) {
    enabled = *info->pEnabledFeatures;
    index_images(&enabled, VK_FALSE);
    asked.pEnabledFeatures = &enabled;
  }
  for (VkBaseOutStructure *next = (void *)info->pNext; next; next = next->pNext)
    if (next->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2)
      index_images(&((VkPhysicalDeviceFeatures2 *)next)->features, VK_FALSE);
  return createDevice(device, &asked, allocator, out);
}

static VkResult VKAPI_CALL no_layers(uint32_t *count, VkLayerProperties *layers) {
  (void)layers;
  *count = 0;
  return VK_SUCCESS;
}

/* Without Vulkan's loader in between: what a driver gives, and what the loader would add. */
__attribute__((visibility("default"))) PFN_vkVoidFunction VKAPI_CALL vkGetInstanceProcAddr(VkInstance instance,
                                                                                         const char *asked) {
  if (!mesa) {
    void *library = dlopen(LAVAPIPE, RTLD_NOW | RTLD_LOCAL);
    mesa = library ? (PFN_vkGetInstanceProcAddr)dlsym(library, "vk_icdGetInstanceProcAddr") : 0;
    if (!mesa) return 0;
  }
  if (!strcmp(asked, "vkGetInstanceProcAddr")) return (PFN_vkVoidFunction)vkGetInstanceProcAddr;
  if (!strcmp(asked, "vkEnumerateInstanceLayerProperties")) return (PFN_vkVoidFunction)no_layers;
  PFN_vkVoidFunction found = mesa(instance, asked);
  if (!found) return 0;
#define WRAP(suffix, real, mine)                 \
  if (!strcmp(asked, "vk" suffix)) {             \
    real = (void *)found;                        \
    return (PFN_vkVoidFunction)mine;             \
  }
  WRAP("GetPhysicalDeviceFeatures", features, my_features)
  WRAP("GetPhysicalDeviceFeatures2", features2, my_features2)
  WRAP("GetPhysicalDeviceFeatures2KHR", features2, my_features2)
  WRAP("GetPhysicalDeviceProperties", properties, my_properties)
  WRAP("GetPhysicalDeviceProperties2", properties2, my_properties2)
  WRAP("GetPhysicalDeviceProperties2KHR", properties2, my_properties2)
  WRAP("CreateDevice", createDevice, my_create_device)
  return found;
}
