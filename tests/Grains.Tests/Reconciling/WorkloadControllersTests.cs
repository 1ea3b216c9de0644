using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>DaemonSets, StatefulSets, Jobs, CronJobs and ReplicationControllers on a real core.</summary>
public sealed class WorkloadControllersTests(ControlPlane plane) : IClassFixture<ControlPlane>
{
    [Fact]
    public async Task DaemonSet_NodesComeChangeAndGo_RunsOnePodOnEachThatMatches()
    {
        var ns = await plane.CreateNamespaceAsync();
        await NodeAsync("d1", """{"disk":"ssd"}""");
        await NodeAsync("d2", """{"disk":"ssd"}""");
        await NodeAsync("d3", """{"disk":"hdd"}""");
        var set = await plane.CreateAsync(KnownTypes.DaemonSets, ns, """
            {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent"},"spec":{"selector":{"matchLabels":{"app":"agent"}},
             "template":{"metadata":{"labels":{"app":"agent"}},"spec":{"nodeSelector":{"disk":"ssd"},"containers":[{"name":"c","image":"app:1"}]}}}}
            """);
        await WaitStatusAsync(set.Key, status => Number(status, "numberAvailable") == 2 && Number(status, "desiredNumberScheduled") == 2
            && Number(status, "updatedNumberScheduled") == 2);

        // Clients compare these bytes with their own.
        var first = await plane.WaitAsync(KnownTypes.ControllerRevisions, view => view.OwnedBy(set.Uid).Any());
        Assert.Equal(
            """{"spec":{"template":{"$patch":"replace","metadata":{"creationTimestamp":null,"labels":{"app":"agent"}},"spec":{"containers":[{"image":"app:1","imagePullPolicy":"IfNotPresent","name":"c","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","nodeSelector":{"disk":"ssd"},"restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}}}""",
            first.OwnedBy(set.Uid).Single().View().At("data").GetRawText());

        await plane.PatchAsync(new(KnownTypes.Nodes, "", "d3"), """{"metadata":{"labels":{"disk":"ssd"}}}""");
        await WaitStatusAsync(set.Key, status => Number(status, "numberAvailable") == 3);
        await plane.PatchAsync(new(KnownTypes.Nodes, "", "d1"), """{"spec":{"taints":[{"key":"gone","effect":"NoExecute"}]}}""");
        await WaitStatusAsync(set.Key, status => Number(status, "desiredNumberScheduled") == 2 && Number(status, "numberMisscheduled") == 0);

        await plane.PatchAsync(set.Key, """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"app:2"}]}}}}""");
        await WaitStatusAsync(set.Key, status => Number(status, "observedGeneration") == 2 && Number(status, "updatedNumberScheduled") == 2
            && Number(status, "numberAvailable") == 2);
        var revisions = plane.Caches.Get(KnownTypes.ControllerRevisions).Current.Enumerate(ns).Select(item => item.View()).ToList();
        Assert.Equal([1L, 2L], revisions.Select(view => view.At("revision").Long()!.Value).Order());
        Assert.All(revisions, view => Assert.Equal("replace", view.At("data", "spec", "template").At("$patch").Text()));

        await plane.DeleteAsync(set.Key);
        await plane.WaitGoneAsync(set.Key);
        await plane.WaitAsync(KnownTypes.Pods, view => !view.Enumerate(ns).Any());
        await plane.WaitAsync(KnownTypes.ControllerRevisions, view => !view.Enumerate(ns).Any());
        foreach (var node in new[] { "d1", "d2", "d3" })
        {
            await plane.DeleteAsync(new(KnownTypes.Nodes, "", node));
        }
    }

    [Fact]
    public async Task StatefulSet_CreatedRolledAndScaled_KeepsNamesAndOrder()
    {
        var ns = await plane.CreateNamespaceAsync();
        var set = await plane.CreateAsync(KnownTypes.StatefulSets, ns, """
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"},"spec":{"serviceName":"db","replicas":3,
             "selector":{"matchLabels":{"app":"db"}},
             "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}],
             "template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"c","image":"app:1","volumeMounts":[{"name":"data","mountPath":"/d"}]}]}}}}
            """);
        await WaitStatusAsync(set.Key, status => Number(status, "availableReplicas") == 3 && Number(status, "currentReplicas") == 3);
        var pods = plane.Caches.Get(KnownTypes.Pods).Current.Enumerate(ns).ToList();
        Assert.Equal(["db-0", "db-1", "db-2"], pods.Select(pod => pod.Key.Name));
        Assert.True(pods[0].Version < pods[1].Version && pods[1].Version < pods[2].Version);
        var first = pods[0].View();
        Assert.Equal("db-0", first.At("spec", "hostname").Text());
        Assert.Equal("db", first.At("spec", "subdomain").Text());
        Assert.Contains(first.At("spec", "volumes").Items(), volume => volume.At("persistentVolumeClaim", "claimName").Text() == "data-db-0");
        Assert.Equal(["data-db-0", "data-db-1", "data-db-2"],
            (await plane.WaitAsync(KnownTypes.PersistentVolumeClaims, view => view.Enumerate(ns).Count() == 3)).Enumerate(ns).Select(item => item.Key.Name));

        await plane.PatchAsync(set.Key, """{"spec":{"updateStrategy":{"rollingUpdate":{"partition":2}},"template":{"spec":{"containers":[{"name":"c","image":"app:2","volumeMounts":[{"name":"data","mountPath":"/d"}]}]}}}}""");
        var partial = await WaitStatusAsync(set.Key, status => Number(status, "updatedReplicas") == 1 && Number(status, "availableReplicas") == 3);
        Assert.NotEqual(partial.At("currentRevision").Text(), partial.At("updateRevision").Text());
        await plane.PatchAsync(set.Key, """{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}""");
        var done = await WaitStatusAsync(set.Key, status => Number(status, "updatedReplicas") == 3
            && status.At("currentRevision").Text() == status.At("updateRevision").Text());
        Assert.Equal(3, Number(done, "currentReplicas"));

        await plane.PatchAsync(set.Key, """{"spec":{"replicas":1}}""", "scale");
        await WaitStatusAsync(set.Key, status => Number(status, "replicas") == 1);
        Assert.Equal(["db-0"], plane.Caches.Get(KnownTypes.Pods).Current.Enumerate(ns).Select(pod => pod.Key.Name));
        Assert.Equal(3, plane.Caches.Get(KnownTypes.PersistentVolumeClaims).Current.Enumerate(ns).Count());
    }

    [Fact]
    public async Task Job_PodsSucceedAndFail_EndsWhenEnoughHave()
    {
        var ns = await plane.CreateNamespaceAsync();
        var job = await plane.CreateAsync(KnownTypes.Jobs, ns, Job("sum", "\"completions\":3,\"parallelism\":2,\"backoffLimit\":1,"));
        await WaitStatusAsync(job.Key, status => Number(status, "active") == 2);
        await FinishAsync(ns, "Succeeded", 2);
        await WaitStatusAsync(job.Key, status => Number(status, "active") == 1 && Number(status, "succeeded") == 2);
        await FinishAsync(ns, "Succeeded", 1);
        var status = await WaitStatusAsync(job.Key, status => Holds(status, "Complete"));
        Assert.Equal(3, Number(status, "succeeded"));
        Assert.True(status.At("completionTime").Time() is not null && Holds(status, "SuccessCriteriaMet"));
        var pods = await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).All(pod => !pod.View().At("metadata", "finalizers").Exists()));
        Assert.Equal(3, pods.Enumerate(ns).Count());

        await plane.DeleteAsync(job.Key);
        await plane.WaitAsync(KnownTypes.Pods, view => !view.Enumerate(ns).Any());
    }

    [Fact]
    public async Task Job_FailsTooOften_IsFailedAndItsPodsGo()
    {
        var ns = await plane.CreateNamespaceAsync();
        var job = await plane.CreateAsync(KnownTypes.Jobs, ns, Job("doomed", "\"completions\":4,\"parallelism\":2,\"backoffLimit\":0,"));
        await WaitStatusAsync(job.Key, status => Number(status, "active") == 2);
        await FinishAsync(ns, "Failed", 1);
        var status = await WaitStatusAsync(job.Key, status => Holds(status, "Failed"));
        Assert.Equal("BackoffLimitExceeded", status.At("conditions").Condition("Failed").At("reason").Text());
        Assert.Equal(1, plane.Caches.Get(KnownTypes.Pods).Current.Enumerate(ns).Count(pod => pod.View().At("status", "phase").ValueEqualsText("Failed")));
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count() <= 2);
    }

    [Fact]
    public async Task Job_Indexed_GivesEachIndexItsPod()
    {
        var ns = await plane.CreateNamespaceAsync();
        var job = await plane.CreateAsync(KnownTypes.Jobs, ns, Job("parts", "\"completions\":3,\"parallelism\":3,\"completionMode\":\"Indexed\","));
        await WaitStatusAsync(job.Key, status => Number(status, "active") == 3);
        var pods = plane.Caches.Get(KnownTypes.Pods).Current.Enumerate(ns).ToList();
        Assert.Equal(["0", "1", "2"], pods.Select(pod => pod.Labels["batch.kubernetes.io/job-completion-index"]).Order());
        Assert.All(pods, pod => Assert.StartsWith("parts-" + pod.Labels["batch.kubernetes.io/job-completion-index"] + "-", pod.Key.Name));
        await FinishAsync(ns, "Succeeded", 3);
        var status = await WaitStatusAsync(job.Key, status => Holds(status, "Complete"));
        Assert.Equal("0-2", status.At("completedIndexes").Text());
    }

    [Fact]
    public async Task Job_AnIndexFailsTooOften_TheOthersStillFinish()
    {
        var ns = await plane.CreateNamespaceAsync();
        var job = await plane.CreateAsync(
            KnownTypes.Jobs, ns, Job("split", "\"completions\":2,\"parallelism\":2,\"completionMode\":\"Indexed\",\"backoffLimitPerIndex\":0,"));
        await WaitStatusAsync(job.Key, status => Number(status, "active") == 2);
        await FinishAsync(ns, "Failed", 1);
        var lost = (await WaitStatusAsync(job.Key, status => status.At("failedIndexes").Exists())).At("failedIndexes").Text();
        Assert.Contains(lost, (string[])["0", "1"]);
        await FinishAsync(ns, "Succeeded", 1);
        var status = await WaitStatusAsync(job.Key, status => Holds(status, "Failed"));
        Assert.Equal("FailedIndexes", status.At("conditions").Condition("Failed").At("reason").Text());
        Assert.Equal(lost == "0" ? "1" : "0", status.At("completedIndexes").Text());
    }

    [Fact]
    public async Task Job_SuccessPolicyIsMet_EndsBeforeAllIndexesHave()
    {
        var ns = await plane.CreateNamespaceAsync();
        var job = await plane.CreateAsync(
            KnownTypes.Jobs, ns,
            Job("leader", "\"completions\":3,\"parallelism\":3,\"completionMode\":\"Indexed\",\"successPolicy\":{\"rules\":[{\"succeededCount\":1}]},"));
        await WaitStatusAsync(job.Key, status => Number(status, "active") == 3);
        await FinishAsync(ns, "Succeeded", 1);
        var status = await WaitStatusAsync(job.Key, status => Holds(status, "Complete"));
        Assert.Equal("SuccessPolicy", status.At("conditions").Condition("Complete").At("reason").Text());
        Assert.Equal(1, Number(status, "succeeded"));
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count() == 1);
    }

    [Fact]
    public async Task Job_SuspendedAndResumed_StopsItsPodsAndStartsAnew()
    {
        var ns = await plane.CreateNamespaceAsync();
        var job = await plane.CreateAsync(KnownTypes.Jobs, ns, Job("held", "\"parallelism\":1,\"completions\":1,"));
        await WaitStatusAsync(job.Key, status => Number(status, "active") == 1);
        await plane.PatchAsync(job.Key, """{"spec":{"suspend":true}}""");
        await WaitStatusAsync(job.Key, status => Holds(status, "Suspended") && Number(status, "active") == 0 && !status.At("startTime").Exists());
        await plane.WaitAsync(KnownTypes.Pods, view => !view.Enumerate(ns).Any());
        await plane.PatchAsync(job.Key, """{"spec":{"suspend":false}}""");
        await WaitStatusAsync(job.Key, status => Number(status, "active") == 1 && status.At("startTime").Exists());
    }

    [Fact]
    public async Task Job_Finished_GoesAfterItsTimeToLive()
    {
        var ns = await plane.CreateNamespaceAsync();
        var job = await plane.CreateAsync(KnownTypes.Jobs, ns, Job("brief", "\"ttlSecondsAfterFinished\":0,"));
        await WaitStatusAsync(job.Key, status => Number(status, "active") == 1);
        await FinishAsync(ns, "Succeeded", 1);
        await plane.WaitGoneAsync(job.Key);
        await plane.WaitAsync(KnownTypes.Pods, view => !view.Enumerate(ns).Any());
    }

    [Fact]
    public async Task CronJob_RunIsDue_StartsItOnceAndKeepsTheHistoryShort()
    {
        var ns = await plane.CreateNamespaceAsync();
        var cron = await plane.CreateAsync(KnownTypes.CronJobs, ns, """
            {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"tick"},"spec":{"schedule":"@every 1s","concurrencyPolicy":"Forbid","successfulJobsHistoryLimit":0,
             "jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"app:1"}]}}}}}}
            """);
        var status = await WaitStatusAsync(cron.Key, status => status.At("active").Items().Count() == 1 && status.At("lastScheduleTime").Exists());
        var job = plane.Caches.Get(KnownTypes.Jobs).Current.Enumerate(ns).Single();
        Assert.StartsWith("tick-", job.Key.Name);
        Assert.Equal(job.Uid, status.At("active")[0].At("uid").Text());
        await plane.WaitAsync(KnownTypes.Events, view => view.Enumerate(ns).Any(item => item.View().At("reason").ValueEqualsText("JobAlreadyActive")));
        await plane.PatchAsync(cron.Key, """{"spec":{"suspend":true}}""");
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Any());
        await FinishAsync(ns, "Succeeded", 1);
        await plane.WaitGoneAsync(job.Key);
        await WaitStatusAsync(cron.Key, status => !status.At("active").Exists() && status.At("lastSuccessfulTime").Exists());
    }

    [Fact]
    public async Task Budget_PodsComeAndGo_SaysHowManyMayBeEvicted()
    {
        var ns = await plane.CreateNamespaceAsync();
        var controller = await plane.CreateAsync(KnownTypes.ReplicationControllers, ns, """
            {"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"kept"},"spec":{"replicas":3,
             "template":{"metadata":{"labels":{"app":"kept"}},"spec":{"containers":[{"name":"c","image":"app:1"}]}}}}
            """);
        var budget = await plane.CreateAsync(KnownTypes.PodDisruptionBudgets, ns, """
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"kept"},"spec":{"maxUnavailable":"34%","selector":{"matchLabels":{"app":"kept"}}}}
            """);
        var status = await WaitStatusAsync(budget.Key, status => Number(status, "disruptionsAllowed") == 2);
        Assert.Equal((3, 1, 3), (Number(status, "expectedPods"), Number(status, "desiredHealthy"), Number(status, "currentHealthy")));
        Assert.True(Holds(status, "DisruptionAllowed"));
        await plane.PatchAsync(budget.Key, """{"spec":{"maxUnavailable":0}}""");
        await WaitStatusAsync(budget.Key, status => Number(status, "disruptionsAllowed") == 0 && Number(status, "observedGeneration") == 2
            && status.At("conditions").Condition("DisruptionAllowed").At("reason").ValueEqualsText("InsufficientPods"));
        await plane.DeleteAsync(controller.Key);
        await WaitStatusAsync(budget.Key, status => Number(status, "expectedPods") == 0);
    }

    [Fact]
    public async Task Claim_VolumesDiffer_TakesTheSmallestThatSuitsAndReleasesIt()
    {
        var ns = await plane.CreateNamespaceAsync();
        foreach (var (name, size, storage) in new[] { ("small", "1Gi", "disks"), ("fitting", "3Gi", "disks"), ("large", "9Gi", "disks"), ("other", "3Gi", "other") })
        {
            await plane.CreateAsync(KnownTypes.PersistentVolumes, "", $$"""
                {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"{{ns}}-{{name}}"},"spec":{"capacity":{"storage":"{{size}}"},"accessModes":["ReadWriteOnce"],
                 "hostPath":{"path":"/{{name}}"},"storageClassName":"{{storage}}"} }
                """);
        }

        var claim = await plane.CreateAsync(KnownTypes.PersistentVolumeClaims, ns, """
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"disks",
             "resources":{"requests":{"storage":"2Gi"}}}}
            """);
        var status = await WaitStatusAsync(claim.Key, status => status.At("phase").ValueEqualsText("Bound"));
        Assert.Equal("3Gi", status.At("capacity", "storage").Text());
        var volume = new ResourceKey(KnownTypes.PersistentVolumes, "", ns + "-fitting");
        await WaitStatusAsync(volume, status => status.At("phase").ValueEqualsText("Bound"));
        await WaitStatusAsync(new(volume.Type, "", ns + "-large"), status => status.At("phase").ValueEqualsText("Available"));
        await plane.DeleteAsync(claim.Key);
        await WaitStatusAsync(volume, status => status.At("phase").ValueEqualsText("Released"));
    }

    [Fact]
    public async Task ReplicationController_Scaled_KeepsThatManyPods()
    {
        var ns = await plane.CreateNamespaceAsync();
        var controller = await plane.CreateAsync(KnownTypes.ReplicationControllers, ns, """
            {"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"old"},"spec":{"replicas":2,
             "template":{"metadata":{"labels":{"app":"old"}},"spec":{"containers":[{"name":"c","image":"app:1"}]}}}}
            """);
        await WaitStatusAsync(controller.Key, status => Number(status, "availableReplicas") == 2);
        await plane.PatchAsync(controller.Key, """{"spec":{"replicas":1}}""", "scale");
        await WaitStatusAsync(controller.Key, status => Number(status, "replicas") == 1);
        await plane.DeleteAsync(controller.Key);
        await plane.WaitAsync(KnownTypes.Pods, view => !view.Enumerate(ns).Any());
    }

    private static string Job(string name, string extra) => $$"""
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"{{name}}"},"spec":{ {{extra}}
         "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"app:1"}]} } } }
        """;

    /// <summary>A ready node: one that is not is tainted, and takes no new pods.</summary>
    private async Task NodeAsync(string name, string labels)
    {
        var node = await plane.CreateAsync(
            KnownTypes.Nodes, "", $$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{name}}","labels":{{labels}}} }""");
        await plane.PatchAsync(node.Key, """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""", "status");
    }

    /// <summary>Ends running pods as a kubelet would report it.</summary>
    private async Task FinishAsync(string ns, string phase, int count)
    {
        var view = await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count(IsRunning) >= count);
        foreach (var pod in view.Enumerate(ns).Where(IsRunning).Take(count).ToList())
        {
            await plane.PatchAsync(
                pod.Key, $$"""{"status":{"phase":"{{phase}}","conditions":[{"type":"Ready","status":"False","lastTransitionTime":"2026-01-01T00:00:00Z"}]} }""",
                "status");
        }

        static bool IsRunning(ResourceSnapshot pod) => pod.DeletionTimestamp is null && pod.View().At("status", "phase").ValueEqualsText("Running");
    }

    private async Task<JsonElement> WaitStatusAsync(ResourceKey key, Func<JsonElement, bool> isWanted)
    {
        var view = await plane.WaitAsync(key.Type, view => view.TryGet(key.Namespace, key.Name, out var item) && isWanted(item.View().At("status")));
        Assert.True(view.TryGet(key.Namespace, key.Name, out var found));
        return found.View().At("status");
    }

    private static long Number(JsonElement status, string name) => status.At(name).Long() ?? 0;

    private static bool Holds(JsonElement status, string type) => status.At("conditions").Condition(type).At("status").ValueEqualsText("True");
}
