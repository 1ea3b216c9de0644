using Crescent.Api.Selectors;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Tests.Selectors;

public sealed class FieldSelectorTests
{
    [Theory]
    [InlineData("spec.unschedulable=false", true)]
    [InlineData("spec.unschedulable!=true", true)]
    [InlineData("spec.unschedulable=true", false)]
    [InlineData("metadata.name=n1,spec.unschedulable=false", true)]
    [InlineData("metadata.name!=n1", false)]
    public void Matches_NodeWithoutTheFlag_IsSelectedAsFalse(string text, bool expected)
    {
        var node = new ResourceSnapshot { Key = new(KnownTypes.Nodes, "", "n1"), Uid = "u", Version = new(1), Body = [] };

        Assert.True(FieldSelector.TryParse(text, ResourceCatalog.BuiltIn[KnownTypes.Nodes], out var selector, out _));

        Assert.Equal(expected, selector.Matches(node));
    }

    [Theory]
    [InlineData("spec.providerID=x", "field label not supported: spec.providerID")]
    [InlineData("metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'")]
    public void TryParse_WhatTheKindCannotBeSelectedBy_SaysSo(string text, string problem)
    {
        Assert.False(FieldSelector.TryParse(text, ResourceCatalog.BuiltIn[KnownTypes.Nodes], out _, out var actual));
        Assert.Equal(problem, actual);
    }
}
