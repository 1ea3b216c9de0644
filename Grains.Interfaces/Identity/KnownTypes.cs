namespace Crescent.Identity;

/// <summary>Group-resources the control plane itself works with.</summary>
public static class KnownTypes
{
    public static readonly ResourceType Namespaces = new("", "namespaces");
    public static readonly ResourceType Nodes = new("", "nodes");
    public static readonly ResourceType Pods = new("", "pods");
    public static readonly ResourceType ConfigMaps = new("", "configmaps");
    public static readonly ResourceType Secrets = new("", "secrets");
    public static readonly ResourceType ServiceAccounts = new("", "serviceaccounts");
    public static readonly ResourceType Services = new("", "services");
    public static readonly ResourceType Endpoints = new("", "endpoints");
    public static readonly ResourceType Events = new("", "events");
    public static readonly ResourceType EndpointSlices = new("discovery.k8s.io", "endpointslices");
    public static readonly ResourceType Leases = new("coordination.k8s.io", "leases");
    public static readonly ResourceType ReplicaSets = new("apps", "replicasets");
    public static readonly ResourceType Deployments = new("apps", "deployments");
    public static readonly ResourceType PriorityClasses = new("scheduling.k8s.io", "priorityclasses");
    public static readonly ResourceType ReplicationControllers = new("", "replicationcontrollers");
    public static readonly ResourceType PersistentVolumes = new("", "persistentvolumes");
    public static readonly ResourceType PersistentVolumeClaims = new("", "persistentvolumeclaims");
    public static readonly ResourceType PodTemplates = new("", "podtemplates");
    public static readonly ResourceType ResourceQuotas = new("", "resourcequotas");
    public static readonly ResourceType LimitRanges = new("", "limitranges");
    public static readonly ResourceType DaemonSets = new("apps", "daemonsets");
    public static readonly ResourceType StatefulSets = new("apps", "statefulsets");
    public static readonly ResourceType ControllerRevisions = new("apps", "controllerrevisions");
    public static readonly ResourceType Jobs = new("batch", "jobs");
    public static readonly ResourceType CronJobs = new("batch", "cronjobs");
    public static readonly ResourceType HorizontalPodAutoscalers = new("autoscaling", "horizontalpodautoscalers");
    public static readonly ResourceType PodDisruptionBudgets = new("policy", "poddisruptionbudgets");
    public static readonly ResourceType Ingresses = new("networking.k8s.io", "ingresses");
    public static readonly ResourceType IngressClasses = new("networking.k8s.io", "ingressclasses");
    public static readonly ResourceType NetworkPolicies = new("networking.k8s.io", "networkpolicies");
    public static readonly ResourceType ServiceCidrs = new("networking.k8s.io", "servicecidrs");
    public static readonly ResourceType IPAddresses = new("networking.k8s.io", "ipaddresses");
    public static readonly ResourceType StorageClasses = new("storage.k8s.io", "storageclasses");
    public static readonly ResourceType VolumeAttachments = new("storage.k8s.io", "volumeattachments");
    public static readonly ResourceType CsiDrivers = new("storage.k8s.io", "csidrivers");
    public static readonly ResourceType CsiNodes = new("storage.k8s.io", "csinodes");
    public static readonly ResourceType CsiStorageCapacities = new("storage.k8s.io", "csistoragecapacities");
    public static readonly ResourceType VolumeAttributesClasses = new("storage.k8s.io", "volumeattributesclasses");
    public static readonly ResourceType RuntimeClasses = new("node.k8s.io", "runtimeclasses");
    public static readonly ResourceType ValidatingWebhookConfigurations = new("admissionregistration.k8s.io", "validatingwebhookconfigurations");
    public static readonly ResourceType MutatingWebhookConfigurations = new("admissionregistration.k8s.io", "mutatingwebhookconfigurations");
    public static readonly ResourceType ValidatingAdmissionPolicies = new("admissionregistration.k8s.io", "validatingadmissionpolicies");
    public static readonly ResourceType ValidatingAdmissionPolicyBindings = new("admissionregistration.k8s.io", "validatingadmissionpolicybindings");
    public static readonly ResourceType FlowSchemas = new("flowcontrol.apiserver.k8s.io", "flowschemas");
    public static readonly ResourceType PriorityLevelConfigurations = new("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations");
    public static readonly ResourceType DeviceClasses = new("resource.k8s.io", "deviceclasses");
    public static readonly ResourceType ResourceClaims = new("resource.k8s.io", "resourceclaims");
    public static readonly ResourceType ResourceClaimTemplates = new("resource.k8s.io", "resourceclaimtemplates");
    public static readonly ResourceType ResourceSlices = new("resource.k8s.io", "resourceslices");
}
