using Crescent.Definitions;
using Crescent.Schema;
using Xunit;

namespace Crescent.Grains.Tests.Schema;

public sealed class SchemaCatalogTests
{
    [Fact]
    public void BuiltIn_EveryServedKind_HasAType()
    {
        foreach (var definition in ResourceCatalog.BuiltIn.Definitions)
        {
            Assert.True(SchemaCatalog.BuiltIn.TryGet(definition.SchemaType, out var type), definition.SchemaType);
            Assert.Contains(type.Fields, field => field.Name == "metadata");
            Assert.True(SchemaCatalog.BuiltIn.TryGetKind(definition.ApiVersion, definition.Kind, out var byKind));
            Assert.Same(type, byKind);
        }
    }

    [Fact]
    public void BuiltIn_EveryObjectField_NamesAKnownType()
    {
        foreach (var field in SchemaCatalog.BuiltIn.Types.SelectMany(type => type.Fields).Where(field => field.Shape == SchemaShape.Object))
        {
            Assert.True(SchemaCatalog.BuiltIn.TryGet(field.TypeName!, out _), field.TypeName);
        }
    }

    [Fact]
    public void Volume_InlinedSource_IsSpreadInJsonAndNestedOnTheWire()
    {
        var volume = SchemaCatalog.BuiltIn["k8s.io.api.core.v1.Volume"];
        Assert.True(volume.ByName.ContainsKey("emptyDir"));
        Assert.True(volume.ByNumber[2].IsInline);
        Assert.Equal(2, volume.WireFields.Length);
    }

    [Fact]
    public void ContainerResources_AliasedMap_IsAMapOfQuantities()
    {
        var limits = SchemaCatalog.BuiltIn["k8s.io.api.core.v1.ResourceRequirements"].ByName["limits"];
        Assert.True(limits.IsMap);
        Assert.Equal(SchemaShape.Quantity, limits.Shape);
    }

    [Fact]
    public void DeploymentSpec_Replicas_IsNullableAndPausedIsNot()
    {
        var spec = SchemaCatalog.BuiltIn["k8s.io.api.apps.v1.DeploymentSpec"];
        Assert.True(spec.ByName["replicas"].IsNullable);
        Assert.False(spec.ByName["paused"].IsNullable);
    }

    [Theory]
    [InlineData("v1", "DeleteOptions")]
    [InlineData("policy/v1", "Eviction")]
    [InlineData("autoscaling/v1", "Scale")]
    [InlineData("authorization.k8s.io/v1", "SelfSubjectAccessReview")]
    [InlineData("rbac.authorization.k8s.io/v1", "Role")]
    [InlineData("metrics.k8s.io/v1beta1", "PodMetrics")]
    public void TryGetKind_KindOfABody_IsFound(string apiVersion, string kind) =>
        Assert.True(SchemaCatalog.BuiltIn.TryGetKind(apiVersion, kind, out _));
}
