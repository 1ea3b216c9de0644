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
}
