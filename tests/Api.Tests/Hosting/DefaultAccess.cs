using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Authorization;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Crescent.Api.Tests.Hosting;

/// <summary>The cluster's default roles and bindings, which reconcilers would make.</summary>
internal static class DefaultAccess
{
    public static async Task CreateAsync(IServiceProvider services)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        var context = MutationContext.ForController("tests");
        var objects = DefaultPolicy.Roles.Select(static role => (role.Key, Body: role.ToJson()))
            .Concat(DefaultPolicy.Bindings.Select(static binding => (binding.Key, Body: binding.ToJson()))).Where(static item => item.Key.Namespace.Length == 0);
        await Task.WhenAll(objects.Select(async item =>
        {
            var result = await grains.GetResourceGrain(item.Key).CreateAsync(new() { Context = context, Body = JsonSerializer.SerializeToUtf8Bytes(item.Body) });
            Assert.True(result.IsSuccess, result.Error?.Message);
        }));

        var cache = services.GetRequiredService<IResourceCaches>().Get(KnownTypes.ClusterRoles);
        while (AggregationPlanner.Plan([.. (await cache.GetConsistentAsync()).Enumerate()]).ToList() is { Count: > 0 } plan)
        {
            foreach (var (role, rules) in plan)
            {
                await grains.GetResourceGrain(role.Key).PatchAsync(new()
                {
                    Context = context, Kind = PatchKind.Merge, Body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["rules"] = rules }),
                });
            }
        }
    }
}
