using System.Collections.Frozen;
using Crescent.Grains.Mutation.Defaulting;
using Crescent.Grains.Mutation.Validation;
using Crescent.Grains.Reconciling;
using Crescent.Identity;

namespace Crescent.Grains.Mutation;

internal static class BuiltInRules
{
    private static readonly KindRules Plain = new();

    private static readonly FrozenDictionary<ResourceType, KindRules> ByType = new Dictionary<ResourceType, KindRules>
    {
        [KnownTypes.Namespaces] = new()
        {
            NameRule = NameRules.Label, Begin = Beginnings.Namespace, Carry = Beginnings.CarryNamespace, Default = CoreDefaults.Namespace,
            ValidateStatus = StatusValidation.Namespace, Validate = CoreValidation.Namespace,
        },
        [KnownTypes.Nodes] = new() { Default = CoreDefaults.Node, ValidateStatus = StatusValidation.Node, Validate = CoreValidation.Node, ValidateUpdate = CoreValidation.NodeUpdate },
        [KnownTypes.Pods] = new()
        {
            Begin = Beginnings.Pod, Default = PodDefaults.Apply, ValidateStatus = StatusValidation.Pod, Validate = PodValidation.Pod, ValidateUpdate = PodUpdateValidation.Update,
            ValidateNew = PodValidation.New, LeavesStatusAlone = true,
            Parts = new Dictionary<string, PartRules>
            {
                ["ephemeralcontainers"] = new(EphemeralContainerValidation.Take, EphemeralContainerValidation.Update),
                ["resize"] = new(ResizeValidation.Take, ResizeValidation.Update),
            }.ToFrozenDictionary(),
        },
        [KnownTypes.ConfigMaps] = new() { Validate = CoreValidation.ConfigMap, ValidateUpdate = CoreValidation.DataUpdate },
        [KnownTypes.Secrets] = new()
        {
            Carry = static (secret, old) => secret["type"] ??= old["type"]?.DeepClone(),
            Default = CoreDefaults.Secret, Validate = CoreValidation.Secret, ValidateUpdate = CoreValidation.SecretUpdate,
        },
        [KnownTypes.Services] = new()
        {
            NameRule = NameRules.Dns1035, Begin = Beginnings.Service, Carry = Beginnings.CarryService, Default = ServiceDefaults.Apply,
            ValidateStatus = StatusValidation.Service, Validate = ServiceValidation.Validate, ValidateUpdate = ServiceValidation.Update, CreatesOnUpdate = true,
        },
        [KnownTypes.Endpoints] = new() { Default = CoreDefaults.Endpoints, Validate = EndpointValidation.Endpoints, CreatesOnUpdate = true },
        [KnownTypes.Events] = new() { Validate = EventValidation.Event, ValidateNewView = EventValidation.NewEvent, CreatesOnUpdate = true },
        [KnownTypes.EndpointSlices] = new()
        {
            Default = CoreDefaults.EndpointSlice, Validate = EndpointValidation.Slice, ValidateUpdate = EndpointValidation.SliceUpdate,
        },
        [KnownTypes.Leases] = new() { Validate = CoreValidation.Lease, CreatesOnUpdate = true },
        [KnownTypes.ReplicaSets] = new()
        {
            Begin = static item => item["status"] = new System.Text.Json.Nodes.JsonObject { ["replicas"] = 0 },
            Default = WorkloadDefaults.ReplicaSet, ValidateStatus = CounterValidation.Replicas, Validate = WorkloadValidation.ReplicaSet, ValidateUpdate = WorkloadValidation.Update,
            StatusKeepsLabels = true, LeavesStatusAlone = true,
        },
        [KnownTypes.Deployments] = new()
        {
            Begin = static item => item["status"] = new System.Text.Json.Nodes.JsonObject(),
            Default = WorkloadDefaults.Deployment, ValidateStatus = CounterValidation.Deployment, Validate = WorkloadValidation.Deployment, ValidateUpdate = WorkloadValidation.Update,
            StatusKeepsLabels = true, LeavesStatusAlone = true,
        },
        [KnownTypes.ReplicationControllers] = new()
        {
            Begin = Beginnings.Counted("replicas"), Default = WorkloadDefaults.ReplicationController, ValidateStatus = CounterValidation.Replicas, Validate = WorkloadValidation.ReplicationController,
            StatusKeepsLabels = true,
        },
        [KnownTypes.DaemonSets] = new()
        {
            Begin = Beginnings.Counted("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"),
            Default = WorkloadDefaults.DaemonSet, ValidateStatus = CounterValidation.DaemonSet, Validate = WorkloadValidation.DaemonSet, ValidateUpdate = WorkloadValidation.Update,
            StatusKeepsLabels = true, LeavesStatusAlone = true,
        },
        [KnownTypes.StatefulSets] = new()
        {
            NameRule = NameRules.Label, Begin = Beginnings.Counted("replicas", "availableReplicas"), Default = WorkloadDefaults.StatefulSet,
            ValidateStatus = CounterValidation.StatefulSet, Validate = WorkloadValidation.StatefulSet, ValidateUpdate = WorkloadValidation.StatefulSetUpdate, StatusKeepsLabels = true, LeavesStatusAlone = true,
        },
        [KnownTypes.ControllerRevisions] = new()
        {
            Validate = WorkloadValidation.ControllerRevision, ValidateUpdate = WorkloadValidation.ControllerRevisionUpdate,
        },
        [KnownTypes.PodTemplates] = new()
        {
            Default = static item => PodDefaults.ApplyTemplateSpec(item.Object("template")),
            Validate = static (item, problems) => TemplateValidation.Template(item.Object("template"), "template", problems),
        },
        [KnownTypes.Jobs] = new()
        {
            Begin = BatchDefaults.BeginJob, Default = BatchDefaults.Job, ValidateStatus = JobStatusValidation.Update, Validate = BatchValidation.Job, ValidateUpdate = BatchValidation.JobUpdate,
            StatusKeepsLabels = true,
        },
        [KnownTypes.CronJobs] = new()
        {
            Begin = Beginnings.Counted(), Default = BatchDefaults.CronJob, Validate = BatchValidation.CronJob, StatusKeepsLabels = true,
        },
        [KnownTypes.PodDisruptionBudgets] = new()
        {
            Begin = Beginnings.Counted("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"), ValidateStatus = CounterValidation.Budget, Validate = PolicyValidation.Budget,
        },
        [KnownTypes.PersistentVolumes] = new()
        {
            Begin = Beginnings.Protected("Pending", Finalizers.Volume), Default = StorageDefaults.Volume, Validate = StorageValidation.Volume,
            ValidateUpdate = StorageValidation.VolumeUpdate,
        },
        [KnownTypes.PersistentVolumeClaims] = new()
        {
            Begin = Beginnings.Protected("Pending", Finalizers.Claim), Default = StorageDefaults.Claim, ValidateStatus = StatusValidation.Claim, Validate = StorageValidation.Claim,
            ValidateUpdate = StorageValidation.ClaimUpdate,
        },
        [KnownTypes.StorageClasses] = new()
        {
            Default = StorageDefaults.Class, Validate = StorageValidation.Class, ValidateUpdate = StorageValidation.ClassUpdate,
        },
        [KnownTypes.CsiDrivers] = new()
        {
            Default = StorageDefaults.Driver, Validate = StorageValidation.Driver, ValidateUpdate = StorageValidation.DriverUpdate,
        },
        [KnownTypes.CsiNodes] = new() { Validate = StorageValidation.Node, ValidateUpdate = StorageValidation.NodeUpdate },
        [KnownTypes.VolumeAttachments] = new()
        {
            Validate = StorageValidation.Attachment, ValidateUpdate = static (item, old, problems) => problems.Immutable(item, old, "spec", ""),
        },
        [KnownTypes.CsiStorageCapacities] = new() { ValidateUpdate = StorageValidation.CapacityUpdate },
        [KnownTypes.VolumeAttributesClasses] = new()
        {
            Validate = StorageValidation.AttributesClass, ValidateUpdate = StorageValidation.AttributesClassUpdate,
        },
        [KnownTypes.Ingresses] = new()
        {
            Begin = static item => item["status"] = new System.Text.Json.Nodes.JsonObject { ["loadBalancer"] = new System.Text.Json.Nodes.JsonObject() },
            ValidateStatus = StatusValidation.Ingress, Validate = NetworkValidation.Ingress, ValidateNew = NetworkValidation.NewIngress,
        },
        [KnownTypes.IngressClasses] = new() { Validate = NetworkValidation.IngressClass, ValidateUpdate = NetworkValidation.IngressClassUpdate },
        [KnownTypes.IPAddresses] = new() { NameRule = static _ => null, Validate = AddressValidation.Address, ValidateUpdate = AddressValidation.AddressUpdate },
        [KnownTypes.ServiceCidrs] = new() { Validate = AddressValidation.Range, ValidateUpdate = AddressValidation.RangeUpdate },
        [KnownTypes.NetworkPolicies] = new() { Default = ClusterDefaults.NetworkPolicy, Validate = NetworkValidation.Policy },
        [KnownTypes.HorizontalPodAutoscalers] = new()
        {
            Begin = Beginnings.Counted("desiredReplicas"), Default = ClusterDefaults.Autoscaler, ValidateStatus = CounterValidation.Autoscaler, Validate = ClusterValidation.Autoscaler,
        },
        [KnownTypes.ResourceQuotas] = new()
        {
            Begin = Beginnings.Counted(), ValidateStatus = StatusValidation.Quota, Validate = ClusterValidation.Quota, ValidateUpdate = ClusterValidation.QuotaUpdate,
        },
        [KnownTypes.LimitRanges] = new() { Default = ClusterDefaults.LimitRange, Validate = LimitRangeValidation.Validate },
        [KnownTypes.RuntimeClasses] = new() { Validate = ClusterValidation.RuntimeClass, ValidateUpdate = ClusterValidation.RuntimeClassUpdate },
        [KnownTypes.MutatingWebhookConfigurations] = new() { Default = ClusterDefaults.Webhooks, Validate = ClusterValidation.Webhooks },
        [KnownTypes.ValidatingWebhookConfigurations] = new() { Default = ClusterDefaults.Webhooks, Validate = ClusterValidation.Webhooks },
        [KnownTypes.ValidatingAdmissionPolicies] = new()
        {
            Begin = Beginnings.Counted(), Default = ClusterDefaults.AdmissionPolicy, Validate = AdmissionPolicyValidation.Policy,
        },
        [KnownTypes.ValidatingAdmissionPolicyBindings] = new()
        {
            Default = ClusterDefaults.AdmissionPolicyBinding, Validate = ClusterValidation.AdmissionPolicyBinding,
        },
        [KnownTypes.FlowSchemas] = new()
        {
            Begin = Beginnings.Counted(), Default = static item => item.Ensure("spec").Default("matchingPrecedence", 1000),
            Validate = FlowValidation.Schema, ValidateStatus = FlowValidation.Status,
        },
        [KnownTypes.PriorityLevelConfigurations] = new()
        {
            Begin = Beginnings.Counted(), Default = ClusterDefaults.PriorityLevel, Validate = FlowValidation.PriorityLevel, ValidateStatus = FlowValidation.Status,
        },
        [KnownTypes.DeviceClasses] = new() { Validate = DeviceValidation.Class },
        [KnownTypes.ResourceClaims] = new()
        {
            Begin = Beginnings.Counted(), Default = DeviceDefaults.Claim, Validate = DeviceValidation.Claim, ValidateUpdate = DeviceValidation.SpecUpdate,
        },
        [KnownTypes.ResourceClaimTemplates] = new()
        {
            Default = DeviceDefaults.ClaimTemplate, Validate = DeviceValidation.ClaimTemplate, ValidateUpdate = DeviceValidation.SpecUpdate,
        },
        [KnownTypes.ResourceSlices] = new() { Validate = DeviceValidation.Slice, ValidateUpdate = DeviceValidation.SliceUpdate },
        [KnownTypes.Roles] = new() { NameRule = NameRules.PathSegment, Validate = RoleValidation.Role },
        [KnownTypes.ClusterRoles] = new() { NameRule = NameRules.PathSegment, Validate = RoleValidation.ClusterRole },
        [KnownTypes.RoleBindings] = new()
        {
            NameRule = NameRules.PathSegment, Default = RoleDefaults.Binding, Validate = RoleValidation.RoleBinding, ValidateUpdate = RoleValidation.BindingUpdate,
        },
        [KnownTypes.ClusterRoleBindings] = new()
        {
            NameRule = NameRules.PathSegment, Default = RoleDefaults.Binding, Validate = RoleValidation.ClusterRoleBinding, ValidateUpdate = RoleValidation.BindingUpdate,
        },
        [KnownTypes.CertificateSigningRequests] = new()
        {
            Carry = static (item, old) => item.CopyFrom(old, "spec"), Validate = CertificateValidation.Request, ValidateUpdate = CertificateValidation.Update,
        },
        [KnownTypes.PriorityClasses] = new()
        {
            Default = CoreDefaults.PriorityClass, Validate = CoreValidation.PriorityClass, ValidateUpdate = CoreValidation.PriorityClassUpdate,
        },
    }.ToFrozenDictionary();

    public static KindRules Of(ResourceType type) => ByType.GetValueOrDefault(type, Plain);
}
