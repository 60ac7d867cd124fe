using System.CommandLine;
using System.CommandLine.Help;
using Spindle.Tool;

// No RootCommand: that one calls itself after the assembly.
Command root = new("spindle", "Twisted's reactor for .NET, from the command line.")
{
    EchoCommand.Create(),
    RelayCommand.Create(),
    DemoCommand.Create(),
    new HelpOption(),
    new VersionOption(),
};
return Runner.Invoke(root, args);
