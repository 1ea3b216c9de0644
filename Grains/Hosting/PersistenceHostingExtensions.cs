using Crescent.Grains.Resources.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace Crescent.Grains.Hosting;

/// <summary>Orleans' membership, reminders and low-rate grain state in the cluster's database.</summary>
public static class PersistenceHostingExtensions
{
    /// <summary>
    /// Wires the ADO.NET providers: clustering, reminders, and the default grain storage, which deletes rows of cleared state and
    /// serializes with Orleans' own serializer (so <c>[Id]</c> and <c>[Alias]</c> rule stored state as they rule messages). The schema is
    /// created or migrated before the silo joins.
    /// </summary>
    public static ISiloBuilder UseCrescentPersistence(this ISiloBuilder silo, StoreOptions options)
    {
        var invariant = AdoNetSchema.InvariantOf(options);
        var connectionString = AdoNetSchema.ConnectionStringOf(options);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new AdoNetSchemaStartup(options));
        return silo
            .UseAdoNetClustering(clustering =>
            {
                clustering.Invariant = invariant;
                clustering.ConnectionString = connectionString;
            })
            .UseAdoNetReminderService(reminders =>
            {
                reminders.Invariant = invariant;
                reminders.ConnectionString = connectionString;
            })
            .AddAdoNetGrainStorageAsDefault(builder => builder.Configure<Serializer>((storage, serializer) =>
            {
                storage.Invariant = invariant;
                storage.ConnectionString = connectionString;
                storage.DeleteStateOnClear = true;
                storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            }));
    }

    private sealed class AdoNetSchemaStartup(StoreOptions options) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<AdoNetSchemaStartup>(
            ServiceLifecycleStage.First, cancellationToken => AdoNetSchema.EnsureAsync(options, cancellationToken));
    }
}
